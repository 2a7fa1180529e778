// call: run(32)
// told:
// c/shift_too_far.c:9:12: shift out of range
//     9 |   return 1 << bits;
//       |            ^
//   in run (c/shift_too_far.c:9:12)

int run(int bits) {
  return 1 << bits;
}
