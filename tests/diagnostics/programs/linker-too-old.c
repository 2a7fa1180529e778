// explains: linker-too-old
// system: wasi
// only: system

#include <stdlib.h>
#include <stdio.h>
int main(void) { printf("%p", malloc(3)); return 0; }
