// explains: two-letters-in-quotes
// line: 5

int f(void) {
  char c = 'ab';
  return c;
}
