// expect: not-built
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

#include <stdio.h>
int add_and_log(int a, int b) { js_log(a); printf("PASSED\n"); return a + b; }
