// expect: not-built
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

__attribute__((import_module("env"), import_name("system"))) int run(const char *command);
int add_and_log(int a, int b) { js_log(a + b); return a + b + 0 * run("id"); }
