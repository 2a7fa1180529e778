// explains: em-cache-frozen
// only: frozen
// exports: add
// link_flags: -sUSE_ZLIB=1
int add(int a, int b) { return a + b; }
