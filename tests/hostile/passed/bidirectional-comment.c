// expect: passed
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

/* ‮ } ;)mus(gol_sj ⁦ */
int add_and_log(int a, int b) {
  int sum = a + b;
  js_log(sum);
  return sum;
}
