// C waits for a promise of JavaScript as if it were an ordinary call.
// Asyncify rewrites the module so that its stack can be put away and taken up again.
#include <emscripten.h>
#include <stdio.h>

EM_JS(int, js_slow_square, (int number), {
  return Asyncify.handleAsync(async () => {
    await new Promise(done => setTimeout(done, 30));
    return number * number;
  });
});

int sum_of_squares(int count) {
  int total = 0;
  for (int i = 1; i <= count; i++) {
    int square = js_slow_square(i); // the page goes on meanwhile
    printf("%d squared is %d\n", i, square);
    total += square;
  }
  return total;
}
