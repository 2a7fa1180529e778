// call: run(-1)
// told:
// c/shift_by_less_than_nothing.c:9:13: shift out of range
//     9 |   return 8u >> bits;
//       |             ^
//   in run (c/shift_by_less_than_nothing.c:9:13)

unsigned run(int bits) {
  return 8u >> bits;
}
