// explains: em-library-zlib
// exports: add
int crc32(int start);
int add(int a, int b) { return crc32(a) + b; }
