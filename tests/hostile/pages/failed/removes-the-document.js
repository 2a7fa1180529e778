// expect: failed
document.documentElement.remove();
