// explains: include-without-quotes
// line: 4

#include stdint.h
int f(void) { return 1; }
