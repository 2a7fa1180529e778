// call: run(3)
// told:
// c/unreachable_case.c:14:3: unreachable code was reached
//    14 |   __builtin_unreachable();
//       |   ^
//   in legs (c/unreachable_case.c:14:3)
//   from run (c/unreachable_case.c:18:10)

static int legs(int animal) {
  switch (animal) {
    case 1: return 2;
    case 2: return 4;
  }
  __builtin_unreachable();
}

int run(int animal) {
  return legs(animal);
}
