// expect: over-limit
// Firefox shares them between its processes, and they are no one's own.
const kept = [];
for (;;) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 4096;
  const context = canvas.getContext("2d");
  context.fillRect(0, 0, 4096, 4096);
  context.getImageData(0, 0, 1, 1); // painted now, and not some time
  kept.push(canvas);
}
