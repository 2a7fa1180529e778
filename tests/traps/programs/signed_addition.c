// call: run(2147483647, 1)
// told:
// c/signed_addition.c:9:15: signed integer overflow in 'a + b'
//     9 |   int sum = a + b;
//       |               ^
//   in run (c/signed_addition.c:9:15)

int run(int a, int b) {
  int sum = a + b;
  return sum;
}
