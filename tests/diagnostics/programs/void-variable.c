// explains: void-variable
// line: 5

int f(void) { return 1; }
void js_