// explains: value-expected
// line: 5

int f(int a, int b) {
  return a + ;
}
