// expect: not-built
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

#pragma clang load "@SECRET@"
__attribute__((annotate("-fplugin=@SECRET@"))) int add_and_log(int a, int b) { js_log(a) return a + b; }
