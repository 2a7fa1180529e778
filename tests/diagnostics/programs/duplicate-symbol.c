// explains: duplicate-symbol
// line: 5
// with: parts/shared.c

int shared(void) { return 1; }
int f(void) { return shared(); }
