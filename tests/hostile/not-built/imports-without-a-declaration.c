// expect: not-built
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

void elsewhere(void);
int add_and_log(int a, int b) { js_log(a); elsewhere(); return a + b; }
