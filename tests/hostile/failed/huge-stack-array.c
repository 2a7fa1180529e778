// expect: failed
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int add_and_log(int a, int b) {
  volatile char big[1 << 24];
  big[0] = a;
  big[(1 << 24) - 1] = b;
  js_log(big[0]);
  return big[0] + big[(1 << 24) - 1] + 1;
}
