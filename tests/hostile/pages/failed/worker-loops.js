// expect: failed
const worker = new Worker(URL.createObjectURL(new Blob(["for (;;);"])));
worker.onmessage = () => {};
