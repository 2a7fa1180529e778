// explains: function-below
// line: 4

int f(void) { return helper(1); }
int helper(int x) { return x; }
