// explains: undeclared-function
// line: 4

int f(void) { return zebra(1); }
