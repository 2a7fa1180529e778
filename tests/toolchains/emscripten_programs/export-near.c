// explains: em-export-near
// exports: adds
int add(int a, int b) { return a + b; }
