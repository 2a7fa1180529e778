// expect: failed
// says: time limit
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int add_and_log(int a, int b) {
  for (volatile int n = 0;; n++) if (n < 0) js_log(a + b);
}
