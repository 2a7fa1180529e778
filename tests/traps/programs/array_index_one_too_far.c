// call: run()
// told:
// c/array_index_one_too_far.c:12:16: array index out of bounds
//    12 |     squares[i] = i * i;
//       |                ^
//   in run (c/array_index_one_too_far.c:12:16)

static int squares[10];

int run(void) {
  for (int i = 0; i <= 10; i++) {
    squares[i] = i * i;
  }
  return squares[9];
}
