// expect: not-built
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

long long add_and_log(long long a, long long b) { js_log((int)a); return a + b; }
