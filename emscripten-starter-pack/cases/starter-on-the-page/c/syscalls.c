// One line of output, on its way from C to the console.
#include <string.h>
#include <unistd.h>

int main(void) {
  const char *line = "one write, all the way\n";
  // Write the line to standard output, in one call.
  return 0;
}
