// expect: failed
// says: time limit
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int add_and_log(int a, int b) {
  for (;;) {
    __builtin_wasm_memory_grow(0, 1);
    if (a == -1) js_log(b);
  }
}
