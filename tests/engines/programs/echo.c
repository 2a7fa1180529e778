/* Says its arguments, adds two numbers that it reads, and exits with their sum. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  for (int i = 0; i < argc; i++) printf("%s%s", i ? " " : "", argv[i]);
  printf("\n");
  int a = 0, b = 0;
  if (scanf("%d %d", &a, &b) == 2) printf("sum %d\n", a + b);
  if (getenv("HOME")) printf("HOME=%s\n", getenv("HOME"));
  fprintf(stderr, "done\n");
  return a + b;
}
