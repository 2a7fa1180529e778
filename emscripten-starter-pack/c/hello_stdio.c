// Standard input, standard output, standard error, arguments and an exit code:
// a program as C has always had them, in a page that has none of them.
#include <stdio.h>

int main(int argc, char **argv) {
  printf("Hello from C, called with %d argument(s)\n", argc - 1);
  for (int i = 1; i < argc; i++) {
    printf("  argv[%d] is %s\n", i, argv[i]);
  }

  int sum = 0, number = 0, count = 0;
  while (scanf("%d", &number) == 1) {
    sum += number;
    count++;
  }
  printf("Read %d number(s) from stdin, their sum is %d\n", count, sum);

  if (count == 0) {
    fprintf(stderr, "nothing to add: stdin held no number\n");
    return 1;
  }
  return 0;
}
