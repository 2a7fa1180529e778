// explains: main-missing
// system: wasi

int start(void) { return 0; }
