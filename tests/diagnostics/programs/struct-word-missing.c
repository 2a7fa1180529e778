// explains: struct-word-missing
// line: 5

struct point { int x; };
int f(point *p) { return p->x; }
