// call: run()
// told:
// c/function_pointer_null.c:11:10: call through a null function pointer
//    11 |   return on_done(3);
//       |          ^
//   in run (c/function_pointer_null.c:11:10)

static int (*on_done)(int);

int run(void) {
  return on_done(3);
}
