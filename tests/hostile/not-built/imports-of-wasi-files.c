// expect: not-built
__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);

__attribute__((import_module("wasi_snapshot_preview1"), import_name("path_open"))) int path_open(int, int, const char *, int, int, long long, long long, int, int *);
int add_and_log(int a, int b) { int fd = 0; js_log(a); return path_open(3, 0, "/", 1, 0, 0, 0, 0, &fd) + b; }
