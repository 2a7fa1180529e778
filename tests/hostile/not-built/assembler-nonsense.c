// expect: not-built
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

__asm__("call system\nunreachable\n.byte 1,2,3\n");
int add_and_log(int a, int b) {
  int sum = a + b;
  js_log(sum);
  return sum;
}
