// call: run(-2147483648)
// told:
// c/signed_negation.c:9:10: signed integer overflow
//     9 |   return -x;
//       |          ^
//   in run (c/signed_negation.c:9:10)

int run(int x) {
  return -x;
}
