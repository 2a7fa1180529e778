// One line of output, on its way from C to the console.
#include <string.h>
#include <unistd.h>

int main(void) {
  const char *line = "one write, all the way\n";
  write(STDOUT_FILENO, line, sizeof line);
  return 0;
}
