// A pure function, and nothing else: no main, no library, no state.

int add(int a, int b) {
  return 0;
}
