// explains: cpp-header
// line: 4

#include <iostream>
int f(void) { return 1; }
