// explains: type-from-elsewhere
// line: 5

int f(int x) {
  auto y = x;
  return y;
}
