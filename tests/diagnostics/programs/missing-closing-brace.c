// explains: missing-closing-brace
// line: 8

int f(int a, int b) {
  if (a > b) {
    return a;
  return b;
}
