// call: run(-2147483648, -1)
// told:
// c/division_overflow.c:9:12: division by zero or overflow
//     9 |   return a / b;
//       |            ^
//   in run (c/division_overflow.c:9:12)

int run(int a, int b) {
  return a / b;
}
