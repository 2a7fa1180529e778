// explains: parameter-type-missing
// line: 5
// only: ziglang

int twice(x) { return 2 * x; }
int f(int x) { return twice(x); }
