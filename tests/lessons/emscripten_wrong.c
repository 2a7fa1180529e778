// What goes wrong at run time, each in a function of its own.
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

int good(int n) {
  return n + 1;
}

int positive(int n) {
  assert(n > 0);
  return n;
}

void give_up(void) {
  abort();
}

int deep(int n) {
  volatile char room[65536];
  room[n % 65536] = (char)n;
  return deep(n + 1) + room[0];
}

int allocate(int megabytes) {
  volatile char *block = malloc((size_t)megabytes << 20);
  if (block == NULL) return 0;
  block[0] = 1;
  return 1;
}

void leave(int code) {
  exit(code);
}

int main(void) {
  puts("started");
  return 0;
}
