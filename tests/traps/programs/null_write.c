// call: run()
// told:
// c/null_write.c:14:10: null or misaligned pointer
//    14 |   *place = 3;
//       |          ^
//   in run (c/null_write.c:14:10)

static int *find(int wanted) {
  return wanted > 0 ? &(int){wanted} : 0;
}

int run(void) {
  int *place = find(-1);
  *place = 3;
  return *place;
}
