// explains: import-module-missing
// line: 4

void js_log(int value);
int f(void) { js_log(1); return 1; }
