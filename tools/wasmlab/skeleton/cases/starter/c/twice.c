// The host gives us this function: the page in a browser, the engine elsewhere.
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int twice(int x) {
  // Double x, tell it the host, and return it.
  return 0;
}
