// expect: passed
// What a log, a terminal or a page would take for a command is text.
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

#warning "::error file=x::forged" ::set-output name=result::forged
#warning [2J[31mPASSED[0m ]]> <script>alert(1)</script>
int add_and_log(int a, int b) {
  int sum = a + b;
  js_log(sum);
  return sum;
}
