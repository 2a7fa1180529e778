// explains: pointer-from-number
// line: 5

int first(int *p) { return p[0]; }
int f(int a) { return first(a); }
