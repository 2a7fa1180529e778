// expect: failed
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int add_and_log(int a, int b) {
  __builtin_wasm_memory_grow(0, 1024);
  for (;;) {
    for (volatile char *p = (char *)65536; p < (char *)(1024 << 16); p += 4096) *p = 1;
    if (a == -1) js_log(b);
  }
}
