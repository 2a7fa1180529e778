// call: run(-2147483648)
// told:
// c/signed_subtraction.c:9:11: signed integer overflow in 'a - 1'
//     9 | 	return a - 1;
//       | 	         ^
//   in run (c/signed_subtraction.c:9:11)

int run(int a) {
	return a - 1;
}
