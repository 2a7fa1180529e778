// call: run(0)
// told:
// c/count_leading_zeros_of_zero.c:9:10: a compiler builtin was used wrongly
//     9 |   return __builtin_clz(x);
//       |          ^
//   in run (c/count_leading_zeros_of_zero.c:9:10)

int run(unsigned x) {
  return __builtin_clz(x);
}
