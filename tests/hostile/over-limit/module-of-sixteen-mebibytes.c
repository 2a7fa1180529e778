// expect: over-limit
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

__attribute__((used)) char big[16 << 20] = {1};
int add_and_log(int a, int b) {
  int sum = a + b;
  js_log(sum);
  return sum;
}
