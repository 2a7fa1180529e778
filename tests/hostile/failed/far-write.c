// expect: failed
// says: trap
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int add_and_log(int a, int b) {
  *(volatile int *)0x7ffffff0 = a;
  js_log(b);
  return a + b;
}
