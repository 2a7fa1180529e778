// call: run(f64 1e10)
// told:
// c/float_to_int.c:9:10: float to integer conversion out of range
//     9 |   return (int)seconds;
//       |          ^
//   in run (c/float_to_int.c:9:10)

int run(double seconds) {
  return (int)seconds;
}
