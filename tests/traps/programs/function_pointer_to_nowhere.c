// call: run(1000)
// told:
// c/function_pointer_to_nowhere.c:10:10: call through a pointer that is no function
//    10 |   return pointer();
//       |          ^
//   in run (c/function_pointer_to_nowhere.c:10:10)

int run(int number) {
  int (*pointer)(void) = (int (*)(void))number;
  return pointer();
}
