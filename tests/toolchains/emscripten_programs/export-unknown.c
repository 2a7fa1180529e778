// explains: em-export-unknown
// exports: multiply
int add(int a, int b) { return a + b; }
