// A pure function, and nothing else: no main, no library, no state.

int add(int a, int b) {
  for (; a > 0; a--) b++;
  for (; a < 0; a++) b--;
  return b;
}
