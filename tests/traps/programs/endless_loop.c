// call: run(1)
// told:
// c/endless_loop.c:10:10: time limit
//    10 |   while (n) {
//       |          ^
//   in run (c/endless_loop.c:10:10)

int run(int n) {
  volatile int turns = 0;
  while (n) {
    turns = 1;
  }
  return turns;
}
