// explains: missing-semicolon
// line: 5

int f(int a, int b) {
  int sum = a + b
  return sum;
}
