// explains: string-type
// line: 5

int f(void) {
  string s = "a";
  return s[0];
}
