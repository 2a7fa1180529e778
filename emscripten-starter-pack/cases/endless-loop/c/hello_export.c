// A pure function, and nothing else: no main, no library, no state.

int add(int a, int b) {
  while (b != a) b = a + 1;
  return b;
}
