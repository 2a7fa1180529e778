// explains: libc-header-freestanding
// line: 4

#include <stdio.h>
int f(void) { return 1; }
