// explains: em-undefined-near
// line: 4
// exports: add
int square(int n);
int sqare(int n) { return n * n; }
int add(int a, int b) { return square(a) + b; }
