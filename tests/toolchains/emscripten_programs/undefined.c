// explains: em-undefined
// exports: add
#define CALL(name) extern int name(int); return name
int add(int a, int b) { CALL(given_elsewhere)(a + b); }
