// explains: cpp-reference
// line: 4

void f(int &x) { x = 1; }
