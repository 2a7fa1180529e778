/* Does with files what C and POSIX can do. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void said(const char *what, int result) {
  printf("%s%s%s\n", what, result ? ": " : "", result ? strerror(errno) : "");
}

static void entries(void) {
  DIR *folder = opendir("/");
  struct dirent *entry;
  printf("entries");
  while ((entry = readdir(folder))) printf(" %s", entry->d_name);
  printf("\n");
  closedir(folder);
}

int main(void) {
  char line[64], last[64] = "";
  int lines = 0;
  FILE *poem = fopen("in/poem.txt", "r");
  while (fgets(line, sizeof line, poem)) lines++, strcpy(last, line);
  fclose(poem);
  last[strcspn(last, "\n")] = 0;
  printf("%d lines, the last %s\n", lines, last);
  said("missing", !fopen("gone.txt", "r"));
  said("outside", open("../x", O_RDONLY) < 0);

  mkdir("made", 0777);
  FILE *log = fopen("made/log.txt", "w");
  fputs("hello", log);
  fclose(log);
  log = fopen("made/log.txt", "a+");
  fputs("world", log);
  fflush(log);
  printf("appended %ld\n", ftell(log));
  fclose(log);

  int fd = open("made/log.txt", O_RDWR);
  struct stat status;
  fstat(fd, &status);
  long at = lseek(fd, -5, SEEK_END);
  memset(line, 0, sizeof line);
  read(fd, line, sizeof line);
  printf("seek %ld size %ld text %s\n", at, (long)status.st_size, line);
  ftruncate(fd, 3);
  stat("made/log.txt", &status);
  printf("truncated %ld\n", (long)status.st_size);
  close(fd);

  said("folder", rmdir("made"));
  FILE *other = fopen("other.txt", "w");
  fputs("other", other);
  fclose(other);
  rename("other.txt", "made/other.txt");
  said("removed", unlink("made/other.txt"));
  mkdir("empty", 0777);
  said("renamed", rename("empty", "full") || rmdir("full"));
  fd = open("in/poem.txt", O_RDONLY);
  said("in read only", write(fd, "x", 1) < 0);
  entries();
  return 0;
}
