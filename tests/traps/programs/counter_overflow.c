// call: run()
// told:
// c/counter_overflow.c:10:13: signed integer overflow in 'i++'
//    10 |   for (;;) i++;
//       |             ^
//   in run (c/counter_overflow.c:10:13)

int run(void) {
  int i = 2147483646;
  for (;;) i++;
}
