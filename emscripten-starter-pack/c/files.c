// fopen and its relatives, on a filesystem that lives in the page's memory.
#include <emscripten.h>
#include <stdio.h>
#include <string.h>
#include <errno.h>

// A folder whose files go to the browser's IndexedDB and come back from there.
EM_JS(void, js_mount_saved, (void), {
  FS.mkdir('/saved');
  FS.mount(IDBFS, {}, '/saved');
});

void mount_saved(void) {
  js_mount_saved();
}

// Prints a file with its line numbers; returns the number of lines, or -1.
int show(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return -1;
  }
  char line[256];
  int count = 0;
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\r\n")] = 0;
    printf("%3d  %s\n", ++count, line);
  }
  fclose(file);
  return count;
}

int append(const char *path, const char *text) {
  FILE *file = fopen(path, "a");
  if (file == NULL) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return -1;
  }
  fprintf(file, "%s\n", text);
  return fclose(file);
}
