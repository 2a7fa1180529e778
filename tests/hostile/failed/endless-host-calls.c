// expect: failed
// Each call of the host is recorded, up to a bound.
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int add_and_log(int a, int b) {
  for (;;) js_log(a + b);
}
