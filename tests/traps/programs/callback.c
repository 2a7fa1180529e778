// call: run()
// told:
// c/callback.c:19:12: signed integer overflow in 'a - b'
//    19 |   return a - b;
//       |            ^
//   in difference (c/callback.c:19:12)
//   from worst (c/callback.c:13:13)
//   from run (c/callback.c:24:10)

static int worst(const int *values, int count, int (*worse)(int, int)) {
  int found = values[0];
  for (int i = 1; i < count; i++) {
    found = worse(found, values[i]);
  }
  return found;
}

static int difference(int a, int b) {
  return a - b;
}

int run(void) {
  int values[] = {-2147483647, 1, 2};
  return worst(values, 3, difference);
}
