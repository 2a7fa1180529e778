// explains: em-file-missing
// exports: add
// link_flags: --preload-file assets/nowhere.txt@/nowhere.txt
int add(int a, int b) { return a + b; }
