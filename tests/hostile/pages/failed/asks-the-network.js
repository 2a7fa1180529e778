// expect: failed
// Nothing but the lesson answers.
const asked = [fetch("http://127.0.0.1:@PORT@/"), fetch("http://[::1]:@PORT@/"), new Promise((found, lost) => {
  const socket = new WebSocket("ws://127.0.0.1:@PORT@/");
  socket.onmessage = found;
  socket.onerror = lost;
})];
navigator.sendBeacon?.("http://127.0.0.1:@PORT@/", "42");
new Image().src = "http://127.0.0.1:@PORT@/";
await Promise.any(asked).then(() => { document.title = "42"; }).catch(() => {});
