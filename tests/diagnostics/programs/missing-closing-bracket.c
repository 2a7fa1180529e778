// explains: missing-closing-bracket
// line: 5

int f(int *a) {
  return a[1;
}
