// expect: over-limit
for (;;) {}
