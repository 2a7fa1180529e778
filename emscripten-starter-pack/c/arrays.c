// An array in C is a place in linear memory, and JavaScript can see that memory:
// as a copy of its own, or in place through a typed array.
#include <stdlib.h>

double sum(const double *values, int count) {
  double total = 0;
  for (int i = 0; i < count; i++) {
    total += values[i];
  }
  return total;
}

void scale(double *values, int count, double factor) {
  for (int i = 0; i < count; i++) {
    values[i] *= factor;
  }
}

double *make_array(int count) {
  return malloc((size_t)count * sizeof(double));
}

void free_array(double *values) {
  free(values);
}

// Asks for so much that linear memory must grow: from then on every older view is empty.
int make_memory_grow(int megabytes) {
  volatile char *block = malloc((size_t)megabytes << 20); // volatile: else -O2 leaves it all out
  if (block == NULL) return 0;
  block[0] = 1;
  free((char *)block);
  return 1;
}
