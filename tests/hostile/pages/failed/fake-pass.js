// expect: failed
console.log("PASSED 3 passed in 0.1s");
document.title = "PASSED";
document.querySelector("#double").textContent = "PASSED";
