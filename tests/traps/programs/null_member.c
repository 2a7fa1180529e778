// call: run()
// told:
// c/null_member.c:18:16: null or misaligned pointer
//    18 |     sum += at->value;
//       |                ^
//   in run (c/null_member.c:18:16)

struct node {
  int value;
  struct node *next;
};

int run(void) {
  struct node last = {1, 0};
  struct node *at = &last;
  int sum = 0;
  for (int i = 0; i < 2; i++) {
    sum += at->value;
    at = at->next;
  }
  return sum;
}
