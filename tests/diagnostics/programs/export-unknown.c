// explains: export-unknown
// exports: zebra_crossing

int f(void) { return 1; }
