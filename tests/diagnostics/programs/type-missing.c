// explains: type-missing
// line: 4

count = 1;
int f(void) { return count; }
