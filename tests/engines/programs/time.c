/* Sleeps, looks at both clocks, and draws a few random numbers. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static long long now(clockid_t clock) {
  struct timespec at;
  clock_gettime(clock, &at);
  return at.tv_sec * 1000000000LL + at.tv_nsec;
}

int main(void) {
  long long start = now(CLOCK_MONOTONIC);
  struct timespec least = {0, 20000000};
  printf(nanosleep(&least, 0) ? "woken\n" : "slept\n");
  printf(now(CLOCK_MONOTONIC) - start >= 19000000 ? "awake\n" : "too early\n");
  printf(now(CLOCK_REALTIME) / 1000000000 > 1700000000 ? "later\n" : "long ago\n");
  unsigned char random[8];
  getentropy(random, sizeof random);
  for (unsigned i = 0; i < sizeof random; i++) printf("%d ", random[i]);
  printf("\n");
  return 0;
}
