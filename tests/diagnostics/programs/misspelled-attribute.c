// explains: misspelled-attribute
// line: 4

__attribute__((import_modul("env"), import_name("js_log"))) void js_log(int value);
int f(void) { js_log(1); return 1; }
