// expect: failed
// says: trap
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int add_and_log(int a, int b) {
  volatile int zero = 0;
  js_log(a / zero);
  return b;
}
