// explains: format-arguments
// line: 6
// system: wasi

#include <stdio.h>
int main(void) { printf("%d %d\n", 1); return 0; }
