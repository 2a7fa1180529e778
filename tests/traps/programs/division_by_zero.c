// call: run(7, 0)
// told:
// c/division_by_zero.c:10:14: division by zero or overflow
//    10 |   return sum / count;
//       |              ^
//   in average (c/division_by_zero.c:10:14)
//   from run (c/division_by_zero.c:14:10)

static int average(int sum, int count) {
  return sum / count;
}

int run(int sum, int count) {
  return average(sum, count);
}
