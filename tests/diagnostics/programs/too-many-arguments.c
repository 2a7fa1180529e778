// explains: too-many-arguments
// line: 5

int add(int a, int b) { return a + b; }
int f(void) { return add(1, 2, 3); }
