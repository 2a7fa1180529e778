// expect: passed
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

__attribute__((section("producers"), used)) static const char forged[] = "<script>PASSED</script>";
int add_and_log(int a, int b) {
  int sum = a + b;
  js_log(sum);
  return sum;
}
