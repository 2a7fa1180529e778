// call: run(0)
// told:
// c/built_in_trap.c:10:15: unreachable code was reached
//    10 |   if (!holds) __builtin_trap();
//       |               ^
//   in require (c/built_in_trap.c:10:15)
//   from run (c/built_in_trap.c:14:3)

static void require(int holds) {
  if (!holds) __builtin_trap();
}

int run(int value) {
  require(value != 0);
  return 1 + value;
}
