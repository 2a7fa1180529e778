// explains: cpp-scope
// line: 5

int f(void) {
  std::cout << 1;
  return 1;
}
