// call: run(1073741824)
// told:
// c/signed_multiplication_in_a_called_function.c:10:12: signed integer overflow in 'x * 2'
//    10 |   return x * 2;
//       |            ^
//   in twice (c/signed_multiplication_in_a_called_function.c:10:12)
//   from run (c/signed_multiplication_in_a_called_function.c:14:10)

static int twice(int x) {
  return x * 2;
}

int run(int x) {
  return twice(x);
}
