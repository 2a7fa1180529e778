// explains: incomplete-type
// line: 4

int f(void) { struct line l; return 1; }
