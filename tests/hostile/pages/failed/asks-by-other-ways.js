// expect: failed
// What needs no fetch: hints to the browser, media, frames, workers, reports, QUIC.
const there = "http://127.0.0.1:@PORT@/";
const put = (name, attributes) => document.head.append(Object.assign(document.createElement(name), attributes));
for (const rel of ["preconnect", "dns-prefetch", "prefetch", "prerender", "preload", "modulepreload", "icon", "manifest", "stylesheet"]) {
  put("link", { rel, href: there, as: "script" });
}
put("script", { type: "speculationrules", textContent: JSON.stringify({ prefetch: [{ urls: [there] }], prerender: [{ urls: [there] }] }) });
put("style", { textContent: `@import "${there}"; @font-face { font-family: f; src: url(${there}) } body { font-family: f; background: url(${there}) }` });
put("meta", { httpEquiv: "Content-Security-Policy-Report-Only", content: `default-src 'none'; report-uri ${there}` });
for (const name of ["iframe", "video", "audio", "embed", "script"]) put(name, { src: there });
put("object", { data: there });
const link = Object.assign(document.createElement("a"), { href: "#", ping: there });
link.click();
new Worker(URL.createObjectURL(new Blob([`fetch("${there}").catch(() => {}); importScripts("${there}");`])));
new Worker(URL.createObjectURL(new Blob([`new WebSocket("ws://127.0.0.1:@PORT@/"); new EventSource("${there}");`])));
try { new EventSource(there); new WebTransport("https://127.0.0.1:@PORT@/").ready.catch(() => {}); } catch { /* it has none */ }
