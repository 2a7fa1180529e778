// explains: uninitialized
// line: 6

int f(void) {
  int n;
  return n;
}
