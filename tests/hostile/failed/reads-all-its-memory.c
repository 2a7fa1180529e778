// expect: failed
// Nothing that is expected is in there.
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int add_and_log(int a, int b) {
  unsigned found = 0;
  for (unsigned char *p = 0; p < (unsigned char *)(__builtin_wasm_memory_size(0) << 16); p++) found = found * 31 + *p;
  js_log((int)found);
  return (int)found;
}
