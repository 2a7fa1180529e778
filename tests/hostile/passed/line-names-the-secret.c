// expect: passed
// A name in debug information is no file to open.
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

#line 1 "@SECRET@"
int add_and_log(int a, int b) {
  int sum = a + b;
  js_log(sum);
  return sum;
}
