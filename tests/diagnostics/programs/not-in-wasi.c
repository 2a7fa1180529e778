// explains: not-in-wasi
// line: 5
// system: wasi

#include <signal.h>
int main(void) { return 0; }
