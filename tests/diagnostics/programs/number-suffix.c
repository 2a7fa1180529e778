// explains: number-suffix
// line: 4

int f(int x) { return 2x; }
