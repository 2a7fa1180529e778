// expect: failed
document.querySelector("#double").addEventListener("click", () => {
  document.querySelector("#result").textContent = "42";
});
