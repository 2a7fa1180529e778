// explains: stdint-missing
// line: 4

uint32_t f(void) { return 1; }
