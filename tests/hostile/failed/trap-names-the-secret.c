// expect: failed
// says: trap
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int add_and_log(int a, int b) {
  js_log(a + b);
#line 1 "@SECRET@"
  __builtin_trap();
}
