// expect: failed
// A constructor runs before, or never: it does not matter which.
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

__attribute__((constructor)) static void spin(void) { for (volatile int n = 0;; n++) {} }
int add_and_log(int a, int b) {
  int sum = a - b;
  js_log(sum);
  return sum;
}
