// call: run(1)
// told:
// c/endless_recursion.c:8: the stack is exhausted
//     8 | static int depth(int n) {
//   in depth (c/endless_recursion.c:8)
//   from depth (c/endless_recursion.c:11:10), again and again

static int depth(int n) {
  int room[64];
  room[n & 63] = n;
  return depth(n + room[n & 63] - n) + 1;
}

int run(int n) {
  return depth(n);
}
