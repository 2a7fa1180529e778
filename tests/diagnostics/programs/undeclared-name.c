// explains: undeclared-name
// line: 5

int f(int a, int b) {
  return a + zebra;
}
