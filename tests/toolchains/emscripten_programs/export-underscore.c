// explains: em-export-near
// exports: _add
int add(int a, int b) { return a + b; }
