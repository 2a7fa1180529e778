// explains: header-in-quotes
// line: 4

#include <beside.h>
int f(void) { return BESIDE; }
