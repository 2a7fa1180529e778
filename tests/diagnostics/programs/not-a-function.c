// explains: not-a-function
// line: 5

int f(int a, int b) {
  return a(b);
}
