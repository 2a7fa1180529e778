// The same loop, and nothing in it is rewritten: the browser puts the whole stack away
// while a promise is pending (JSPI). What suspends is said in JavaScript, where it is imported.
__attribute__((import_module("env"), import_name("js_slow_square"))) int js_slow_square(int number);

int sum_of_squares(int count) {
  int total = 0;
  for (int i = 1; i <= count; i++) {
    total += js_slow_square(i); // the page goes on meanwhile
  }
  return total;
}
