// explains: em-method-unknown
// severity: warning
// exports: add
// link_flags: -sEXPORTED_RUNTIME_METHODS=ccal
int add(int a, int b) { return a + b; }
