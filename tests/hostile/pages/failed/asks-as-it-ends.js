// expect: failed
// What is sent while the page goes, and after it has gone.
const there = "http://127.0.0.1:@PORT@/";
for (const ends of ["beforeunload", "pagehide", "unload", "visibilitychange"]) {
  addEventListener(ends, () => {
    navigator.sendBeacon?.(there, "42");
    fetch(there, { method: "POST", body: "42", keepalive: true, mode: "no-cors" }).catch(() => {});
    open(there);
  });
}
setInterval(() => fetch(there, { keepalive: true, mode: "no-cors" }).catch(() => {}), 20);
