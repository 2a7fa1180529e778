// expect: failed
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

int add_and_log(int a, int b) { if (a == -9999) js_log(b); return a + b; }
