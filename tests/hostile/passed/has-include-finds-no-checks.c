// expect: passed
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

#if __has_include("../checks/test_sum.py")
#error "there it is"
#endif
int add_and_log(int a, int b) {
  int sum = a + b;
  js_log(sum);
  return sum;
}
