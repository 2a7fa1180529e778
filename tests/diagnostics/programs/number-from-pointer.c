// explains: number-from-pointer
// line: 5

int f(void) {
  int n = "text";
  return n;
}
