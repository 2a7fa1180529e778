// expect: passed
const number = document.querySelector("#number");
const result = document.querySelector("#result");
document.querySelector("#double").addEventListener("click", () => {
  result.textContent = String(2 * number.value);
});
