// expect: failed
// says: trap
// The line of a trap is looked up in the sources alone.
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int add_and_log(int a, int b) {
  js_log(a + b);
#line 9 "checks/test_sum.py"
  __builtin_trap();
}
