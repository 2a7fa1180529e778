// explains: export-is-static
// line: 4

static int f(void) { return 1; }
int g(void) { return f(); }
