// explains: libc-header-missing
// line: 5
// system: wasi

int main(void) { return printf("hello\n"); }
