// explains: header-not-found
// line: 4

#include "nowhere.h"
int f(void) { return 1; }
