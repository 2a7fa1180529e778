// call: run(1)
// told:
// c/misaligned_read.c:12:10: null or misaligned pointer
//    12 |   return *(int *)at;
//       |          ^
//   in run (c/misaligned_read.c:12:10)

static int numbers[2];

int run(int distance) {
  char *at = (char *)numbers + distance;
  return *(int *)at;
}
