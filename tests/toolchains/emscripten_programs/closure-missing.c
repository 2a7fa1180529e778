// explains: em-closure-missing
// only: no-closure
// exports: add
// compile_flags: -O1 -g0
// link_flags: --closure 1
int add(int a, int b) { return a + b; }
