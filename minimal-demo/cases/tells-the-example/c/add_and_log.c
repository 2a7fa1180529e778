// The host gives us this function: the page in a browser, the engine elsewhere.
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int add_and_log(int a, int b) {
  js_log(12);
  return a + b;
}
