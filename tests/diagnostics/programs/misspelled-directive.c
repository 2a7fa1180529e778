// explains: misspelled-directive
// line: 4

#inlcude "x.h"
int f(void) { return 1; }
