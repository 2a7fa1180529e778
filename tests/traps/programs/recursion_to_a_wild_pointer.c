// call: run(-16)
// told:
// c/recursion_to_a_wild_pointer.c:13:22: memory access out of bounds
//    13 |   if (n == 0) return *where;
//       |                      ^
//   in deep (c/recursion_to_a_wild_pointer.c:13:22)
//   from deep (c/recursion_to_a_wild_pointer.c:14:10)
//   from deep (c/recursion_to_a_wild_pointer.c:14:10)
//   from run (c/recursion_to_a_wild_pointer.c:18:10)
// here: address 4294967280 (0xfffffff0), and the memory has 65536 bytes

static int deep(int *where, int n) {
  if (n == 0) return *where;
  return deep(where, n - 1) + 1;
}

int run(int address) {
  return deep((int *)address, 2);
}
