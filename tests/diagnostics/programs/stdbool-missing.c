// explains: stdbool-missing
// line: 4

bool f(void) { return 1; }
