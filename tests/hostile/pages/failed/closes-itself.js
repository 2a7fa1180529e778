// expect: failed
setInterval(() => window.close(), 0);
