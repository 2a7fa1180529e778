// explains: undeclared-name-near
// line: 6

int f(int a, int b) {
  int total = a + b;
  return totel;
}
