// A pure function, and nothing else: no main, no library, no state.

long long add(long long a, long long b) {
  return a + b;
}
