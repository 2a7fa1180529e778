// expect: failed
// Its process dies, and the page with it.
const kept = [];
for (let text = "x".repeat(1024); ; text += text) kept.push(text.split(""));
