// explains: number-too-large
// line: 4

int f(void) { return 2147483647 + 1; }
