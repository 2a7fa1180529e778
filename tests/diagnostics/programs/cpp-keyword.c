// explains: cpp-keyword
// line: 4

class Point { int x; };
int f(void) { return 1; }
