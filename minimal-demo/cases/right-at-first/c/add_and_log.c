// The host gives us this function: the page in a browser, the engine elsewhere.
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

static int sum;

int add_and_log(int a, int b) {
  sum += a + b;
  js_log(sum);
  return sum;
}
