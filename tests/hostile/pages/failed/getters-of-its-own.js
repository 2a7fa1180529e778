// expect: failed
// On the very element that is looked at; one of them never comes back.
const result = document.querySelector("#result");
for (const name of ["innerText", "textContent", "innerHTML"]) Object.defineProperty(result, name, { get: () => "42" });
for (const name of ["nodeName", "isConnected", "ownerDocument", "getBoundingClientRect", "toString"]) {
  Object.defineProperty(result, name, { get() { for (;;); } });
}
