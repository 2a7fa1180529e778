// explains: library-not-found
// link_flags: -lnowhere

int f(void) { return 1; }
