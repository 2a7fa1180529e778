// explains: return-missing
// line: 6

int f(int a, int b) {
  a = b;
}
