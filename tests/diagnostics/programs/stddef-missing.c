// explains: stddef-missing
// line: 4

size_t f(void) { return 1; }
