// explains: cpp-keyword-new
// line: 5

int f(void) {
  int *p = new int;
  return *p;
}
