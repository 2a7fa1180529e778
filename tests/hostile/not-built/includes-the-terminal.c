// expect: not-built
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

#include "/dev/stdin"
#include "/dev/tty"
int add_and_log(int a, int b) {
  int sum = a + b;
  js_log(sum);
  return sum;
}
