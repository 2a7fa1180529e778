// explains: division-by-zero
// line: 4

int f(int a) { return a / 0; }
