// explains: conflicting-types
// line: 5

int f(int a);
float f(int a) { return a; }
