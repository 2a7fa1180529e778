// expect: failed
// says: trap
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

typedef long long (*other)(double, double);
int add_and_log(int a, int b) {
  other volatile call = (other)(void *)&js_log;
  return (int)call(a, b);
}
