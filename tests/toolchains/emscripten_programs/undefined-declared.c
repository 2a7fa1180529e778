// explains: em-undefined-declared
// line: 4
// exports: add
int from_another_file(int n);
int add(int a, int b) { return from_another_file(a) + b; }
