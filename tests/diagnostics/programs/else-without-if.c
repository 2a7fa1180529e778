// explains: else-without-if
// line: 8

int f(int a, int b) {
  if (a > b);
    a = 1;
    b = 2;
  else
    b = 1;
  return a;
}
