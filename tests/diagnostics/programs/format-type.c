// explains: format-type
// line: 6
// system: wasi

#include <stdio.h>
int main(void) { printf("%d\n", 1.5); return 0; }
