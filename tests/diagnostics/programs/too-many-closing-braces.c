// explains: too-many-closing-braces
// line: 6

int f(int a, int b) {
  return a + b; }
}
