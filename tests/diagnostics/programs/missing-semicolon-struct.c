// explains: missing-semicolon
// line: 4

struct point { int x; }
int f(void) { return 1; }
