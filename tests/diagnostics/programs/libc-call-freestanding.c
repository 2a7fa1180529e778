// explains: libc-call-freestanding
// line: 4

int f(void) { return printf("hello"); }
