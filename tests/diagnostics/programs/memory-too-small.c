// explains: memory-too-small
// link_flags: --initial-memory=65536

int a[100000] = {1};
int f(int n) { return a[n]; }
