// expect: failed
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

static const char solution[] = {
#embed "../dist/add_and_log.wasm"
};
int add_and_log(int a, int b) { js_log(solution[a]); return b; }
