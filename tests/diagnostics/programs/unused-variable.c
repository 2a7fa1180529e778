// explains: unused-variable
// line: 5

int f(int a, int b) {
  int sum;
  return a + b;
}
