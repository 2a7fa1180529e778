// expect: not-built
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int add_and_lag(int a, int b) { js_log(a); return a + b; }
