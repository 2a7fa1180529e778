// explains: shift-too-far
// line: 4

int f(int a) { return a << 40; }
