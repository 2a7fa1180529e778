// expect: not-built
