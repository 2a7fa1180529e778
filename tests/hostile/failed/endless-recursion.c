// expect: failed
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int add_and_log(int a, int b) {
  volatile int deep[64];
  deep[0] = a;
  if (a == -1) js_log(b);
  return add_and_log(a + 0 * deep[0], b) + deep[0];
}
