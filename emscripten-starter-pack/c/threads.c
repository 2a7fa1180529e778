// Threads over one shared memory: each pthread is a worker of the page.
#include <pthread.h>
#include <stdint.h>

#define MOST 4

static volatile int unguarded;
static int guarded;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int rounds;

static void *work(void *unused) {
  (void)unused;
  for (int i = 0; i < rounds; i++) {
    unguarded = unguarded + 1; // a race: two threads may read the same number
    pthread_mutex_lock(&lock);
    guarded++;
    pthread_mutex_unlock(&lock);
  }
  return NULL;
}

// Starts threads that count up; returns how many could be started.
int start_counting(int threads, int each) {
  static pthread_t started[MOST];
  unguarded = guarded = 0;
  rounds = each;
  int count = 0;
  while (count < threads && count < MOST && pthread_create(&started[count], NULL, work, NULL) == 0) count++;
  for (int i = 0; i < count; i++) pthread_join(started[i], NULL);
  return count;
}

int with_lock(void) {
  return guarded;
}

int without_lock(void) {
  return unguarded;
}
