// explains: signature-mismatch
// with: parts/shared.c

int shared(int a);
int f(void) { return shared(1); }
