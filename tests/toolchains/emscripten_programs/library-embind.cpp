// explains: em-library-embind
#include <emscripten/bind.h>
int twice(int n) { return 2 * n; }
EMSCRIPTEN_BINDINGS(t) { emscripten::function("twice", &twice); }
