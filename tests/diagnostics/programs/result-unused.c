// explains: result-unused
// line: 5

int f(int a, int b) {
  a == b;
  return a;
}
