// explains: return-from-void
// line: 4

void f(void) { return 1; }
