// expect: over-limit
// The page itself stays calm, and what the checks look for is long in coming: it grows for ten seconds.
const [number, double] = ["#number", "#double"].map((each) => document.querySelector(each));
document.body.replaceChildren();
setTimeout(() => document.body.append(number), 3000);
setTimeout(() => document.body.append(double), 6500);
const text = "const kept = []; for (;;) kept.push(new Uint8Array(16 << 20).fill(1));";
new Worker(URL.createObjectURL(new Blob([text])));
