// explains: unknown-type
// line: 4

colour f(void) { return 1; }
