// expect: over-limit
// No module of the lesson has them, and no limit of a module.
const kept = [];
for (;;) {
  const memory = new WebAssembly.Memory({ initial: 256, maximum: 256, shared: kept.length % 2 === 1 });
  new Uint8Array(memory.buffer).fill(1);
  kept.push(memory);
}
