// explains: address-of-local
// line: 6

int *f(void) {
  int n = 1;
  return &n;
}
