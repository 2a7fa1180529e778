// call: run(7)
// told:
// c/bool_of_garbage.c:13:10: a value that its type does not have
//    13 |   return *flag ? 1 : 0;
//       |          ^
//   in run (c/bool_of_garbage.c:13:10)

#include <stdbool.h>

int run(int byte) {
  unsigned char raw = (unsigned char)byte;
  bool *flag = (bool *)&raw;
  return *flag ? 1 : 0;
}
