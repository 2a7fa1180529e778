// C calls JavaScript: through a function pointer, through EM_JS and through EM_ASM.
#include <emscripten.h>

typedef int (*visitor)(int number);

// The pointer is an index into the module's table; addFunction puts a JS function there.
int for_each(int count, visitor visit) {
  int total = 0;
  for (int i = 1; i <= count; i++) {
    total += visit(i);
  }
  return total;
}

// A C function whose body is JavaScript: an import of the module.
EM_JS(int, js_hour, (void), { return new Date().getHours(); });

EM_JS(void, js_tell, (const char *text), { Module.tell(UTF8ToString(text)); });

const char *part_of_day(void) {
  int hour = js_hour();
  const char *part = hour < 6 ? "night" : hour < 12 ? "morning" : hour < 18 ? "afternoon" : "evening";
  js_tell(part);
  return part;
}

// JavaScript in the middle of a function; the arguments are $0, $1, ...
int largest(int a, int b) {
  return EM_ASM_INT({ return Math.max($0, $1); }, a, b);
}
