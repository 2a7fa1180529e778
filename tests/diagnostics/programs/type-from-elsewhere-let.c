// explains: type-from-elsewhere
// line: 5

int f(int x) {
  let y = x;
  return y;
}
