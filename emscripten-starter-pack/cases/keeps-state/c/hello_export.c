static int total = 0;

int add(int a, int b) {
  total += a + b;
  return total;
}
