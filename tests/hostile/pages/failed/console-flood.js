// expect: failed
for (let n = 0; n < 500; n++) console.log("PASSED ".repeat(20));
