// explains: not-assignable
// line: 5

int f(int a, int b) {
  a + b = 1;
  return a;
}
