// expect: passed
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

__attribute__((noinline)) static int a_script_alert(int a) asm("<script>alert(1)</script>\n::error::x");
static int a_script_alert(int a) { return a; }
int add_and_log(int a, int b) {
  int sum = a_script_alert(a) + b;
  js_log(sum);
  return sum;
}
