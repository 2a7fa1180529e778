// explains: other-pointer
// line: 5

int first(int *p) { return p[0]; }
int f(float *x) { return first(x); }
