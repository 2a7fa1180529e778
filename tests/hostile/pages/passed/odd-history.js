// expect: passed
for (let n = 0; n < 100; n++) history.pushState({ n }, "", `/elsewhere/${n}`);
window.name = "x".repeat(1 << 20);
Array.prototype[Symbol.iterator] = function* () { yield "42"; };
Object.prototype.toJSON = () => "42";
window.requestAnimationFrame = window.setTimeout = () => 0;
window.MutationObserver = window.IntersectionObserver = undefined;
const number = document.querySelector("#number");
const result = document.querySelector("#result");
document.querySelector("#double").addEventListener("click", () => {
  result.textContent = String(2 * number.value);
});
