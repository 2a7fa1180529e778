// explains: em-export-mangled
// line: 4
// exports: add
int add(int a, int b) { return a + b; }
