// expect: failed
for (let n = 0; n < 3; n++) open("about:blank");
