// call: run(i64 9223372036854775807)
// told:
// c/long_overflow.c:9:12: signed integer overflow in 'x + 1'
//     9 |   return x + 1;
//       |            ^
//   in run (c/long_overflow.c:9:12)

long long run(long long x) {
  return x + 1;
}
