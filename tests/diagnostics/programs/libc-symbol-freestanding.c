// explains: libc-symbol-freestanding
// line: 4

unsigned long strlen(const char *text);
int f(const char *t) { return (int)strlen(t); }
