// expect: over-limit
#ifndef DEEP
#define DEEP
#endif
#if __INCLUDE_LEVEL__ < 40
#include "add_and_log.c"
#include "add_and_log.c"
#endif
