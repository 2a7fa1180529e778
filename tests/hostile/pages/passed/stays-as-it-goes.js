// expect: passed
// It does what is asked; that it asks to stay, and spins as it goes, costs the next page nothing.
addEventListener("beforeunload", (event) => event.preventDefault());
addEventListener("pagehide", () => { for (const until = Date.now() + 3000; Date.now() < until;); });
const number = document.querySelector("#number");
const result = document.querySelector("#result");
document.querySelector("#double").addEventListener("click", () => {
  result.textContent = String(2 * number.value);
});
