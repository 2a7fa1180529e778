// expect: failed
// or: over-limit
// Its process dies, and the page with it, or it is ended first.
const kept = [];
for (let text = "x".repeat(1024); ; text += text) kept.push(text.split(""));
