// call: run(7, 0)
// told:
// c/remainder_by_zero.c:9:12: division by zero or overflow
//     9 |   return a % b;
//       |            ^
//   in run (c/remainder_by_zero.c:9:12)

int run(int a, int b) {
  return a % b;
}
