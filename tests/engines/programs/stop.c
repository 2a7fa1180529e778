/* Does not end well: how is said by its argument. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  printf("before\n");
  static char block[1 << 14];
  const char *how = argc > 1 ? argv[1] : "";
  if (!strcmp(how, "trap")) __builtin_trap();
  if (!strcmp(how, "loop")) for (volatile int i = 0;; i++) {}
  if (!strcmp(how, "sleep")) sleep(3600);
  if (!strcmp(how, "flood")) for (;;) fwrite(block, sizeof block, 1, stdout);
  if (!strcmp(how, "disk")) {
    FILE *file = fopen("big", "w");
    for (int i = 0; i < 65; i++)
      if (fwrite(block, sizeof block, 1, file) != 1) return printf("%s\n", strerror(errno)), remove("big"), 0;
  }
  return 0;
}
