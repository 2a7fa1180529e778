// explains: em-setting-unknown
// exports: add
// link_flags: -sALOW_MEMORY_GROWTH
int add(int a, int b) { return a + b; }
