// explains: unknown-flag
// compile_flags: --speed-up

int f(void) { return 1; }
