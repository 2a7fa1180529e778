// expect: passed
if (localStorage.getItem("wasmlab") || document.cookie) throw new Error("storage of another submission");
const number = document.querySelector("#number");
const result = document.querySelector("#result");
document.querySelector("#double").addEventListener("click", () => {
  result.textContent = String(2 * number.value);
});
