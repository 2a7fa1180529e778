// expect: failed
// What the checks ask is asked in a world of its own.
window.fetch = async () => new Response("42");
Array.prototype.every = () => true;
Object.prototype.ok = Object.prototype.passed = Object.prototype.matches = true;
Node.prototype.contains = () => true;
Element.prototype.matches = () => true;
Object.defineProperty(Node.prototype, "textContent", { get: () => "42" });
Object.defineProperty(HTMLElement.prototype, "innerText", { get: () => "42" });
