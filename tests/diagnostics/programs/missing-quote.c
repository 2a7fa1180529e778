// explains: missing-quote
// line: 4

const char *t = "hello;
int f(void) { return t[0]; }
