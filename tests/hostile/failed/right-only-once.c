// expect: failed
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

static int calls;
int add_and_log(int a, int b) {
  int sum = a + b + (calls++ ? 1 : 0);
  js_log(sum);
  return sum;
}
