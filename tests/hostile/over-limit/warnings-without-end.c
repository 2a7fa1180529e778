// expect: over-limit
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

#define W _Pragma("GCC warning \"a warning as long as a sentence, said again and again and again and again\"")
#define W1 W W W W W W W W W W
#define W2 W1 W1 W1 W1 W1 W1 W1 W1 W1 W1
#define W3 W2 W2 W2 W2 W2 W2 W2 W2 W2 W2
W3 W3
int add_and_log(int a, int b) {
  int sum = a + b;
  js_log(sum);
  return sum;
}
