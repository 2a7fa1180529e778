// explains: undeclared-function-near
// line: 5

int add(int a, int b) { return a + b; }
int f(void) { return ad(1, 2); }
