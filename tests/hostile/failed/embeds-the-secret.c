// expect: failed
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

static const char secret[] = {
#embed "@SECRET@"
};
int add_and_log(int a, int b) { js_log(secret[a]); return b; }
