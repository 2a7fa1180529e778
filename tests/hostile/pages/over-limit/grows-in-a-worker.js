// expect: over-limit
// The page itself stays calm, and what the checks look for is long in coming.
document.body.replaceChildren();
const text = "const kept = []; for (;;) kept.push(new Uint8Array(16 << 20).fill(1));";
new Worker(URL.createObjectURL(new Blob([text])));
