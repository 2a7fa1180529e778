// explains: main-returns-int
// line: 5
// system: wasi

void main(void) {}
