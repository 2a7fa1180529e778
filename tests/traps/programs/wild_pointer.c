// call: run(-16)
// told:
// c/wild_pointer.c:10:10: memory access out of bounds
//    10 |   return *(int *)address;
//       |          ^
//   in run (c/wild_pointer.c:10:10)
// here: address 4294967280 (0xfffffff0), and the memory has 65536 bytes

int run(int address) {
  return *(int *)address;
}
