// explains: function-in-function
// line: 7

int f(int a, int b) {
  if (a > b) {
    return a;
int g(void) {
  return 1;
}
}
}
