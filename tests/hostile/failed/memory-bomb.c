// expect: failed
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int add_and_log(int a, int b) {
  while (__builtin_wasm_memory_grow(0, 256) != (__SIZE_TYPE__)-1) {}
  js_log(a);
  return b;
}
