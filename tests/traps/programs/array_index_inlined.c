// call: run(-1)
// told:
// c/array_index_inlined.c:12:10: array index out of bounds
//    12 |   return days[month];
//       |          ^
//   in days_of (c/array_index_inlined.c:12:10), inlined
//   from run (c/array_index_inlined.c:16:10)

static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

static inline __attribute__((always_inline)) int days_of(int month) {
  return days[month];
}

int run(int month) {
  return days_of(month) - 1;
}
