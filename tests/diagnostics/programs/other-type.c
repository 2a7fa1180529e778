// explains: other-type
// line: 5

struct point { int x; };
int f(struct point p) { int n = p; return n; }
