// call: run()
// told:
// c/function_pointer_of_another_type.c:14:10: call through a function pointer of another type
//    14 |   return pointer(4);
//       |          ^
//   in run (c/function_pointer_of_another_type.c:14:10)

static double half(double x) {
  return x / 2;
}

int run(void) {
  int (*pointer)(int) = (int (*)(int))half;
  return pointer(4);
}
