// call: run(-16)
// told:
// c/wild_pointer.c:9:10: memory access out of bounds
//     9 |   return *(int *)address;
//       |          ^
//   in run (c/wild_pointer.c:9:10)

int run(int address) {
  return *(int *)address;
}
