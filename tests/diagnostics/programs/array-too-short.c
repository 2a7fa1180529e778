// explains: array-too-short
// line: 6

int f(void) {
  int a[4] = {1, 2, 3, 4};
  return a[6];
}
