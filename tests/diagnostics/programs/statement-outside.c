// explains: statement-outside
// line: 4

return 1;
int f(void) { return 1; }
