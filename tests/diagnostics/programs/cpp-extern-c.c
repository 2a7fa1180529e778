// explains: cpp-extern-c
// line: 4

extern "C" int f(void) { return 1; }
