// explains: string-compared
// line: 4

int f(const char *t) { return t == "yes"; }
