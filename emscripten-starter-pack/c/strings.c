// A string in C is an address: bytes in linear memory up to the first 0.
// JavaScript's strings are something else, so each crossing is a copy, and somebody owns it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int given_out = 0; // greetings that nobody has given back yet

// Reads only: the caller owns the text before and after.
int bytes(const char *text) {
  return (int)strlen(text);
}

// Counts the code points of UTF-8: every byte that does not continue another one.
int code_points(const char *text) {
  int count = 0;
  for (; *text; text++) {
    count += (*text & 0xC0) != 0x80;
  }
  return count;
}

// Writes into the caller's bytes; only a-z change, so no byte is ever added.
void shout(char *text) {
  for (; *text; text++) {
    if (*text >= 'a' && *text <= 'z') *text -= 'a' - 'A';
  }
}

// Gives a new string to the caller, who must hand it to give_back.
char *greet(const char *name) {
  const char *form = "Grüße, %s! 👋";
  size_t size = strlen(form) + strlen(name) + 1;
  char *greeting = malloc(size);
  if (greeting == NULL) return NULL;
  snprintf(greeting, size, form, name);
  given_out++;
  return greeting;
}

void give_back(char *greeting) {
  free(greeting);
  given_out--;
}

int not_given_back(void) {
  return given_out;
}
