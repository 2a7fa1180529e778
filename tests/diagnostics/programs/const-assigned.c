// explains: const-assigned
// line: 6

int f(void) {
  const int n = 1;
  n = 2;
  return n;
}
