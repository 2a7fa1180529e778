// call: run(1)
// told:
// c/pointer_arithmetic.c:10:16: pointer arithmetic left its object
//    10 |   return start + distance != 0;
//       |                ^
//   in run (c/pointer_arithmetic.c:10:16)

int run(int distance) {
  char *start = 0;
  return start + distance != 0;
}
