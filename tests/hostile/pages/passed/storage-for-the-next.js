// expect: passed
// storage-of-the-last must not see it.
localStorage.setItem("wasmlab", "seen");
document.cookie = "seen=1";
const number = document.querySelector("#number");
const result = document.querySelector("#result");
document.querySelector("#double").addEventListener("click", () => {
  result.textContent = String(2 * number.value);
});
