// call: run(0)
// told:
// c/variable_array_without_room.c:9:3: variable array with no room
//     9 |   int room[n];
//       |   ^
//   in run (c/variable_array_without_room.c:9:3)

int run(int n) {
  int room[n];
  room[0] = 1;
  return room[0];
}
