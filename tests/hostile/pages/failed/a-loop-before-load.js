// expect: failed
for (;;) {}
