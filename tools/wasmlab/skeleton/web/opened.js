// A classic script: it runs where modules do not, and says why the lesson cannot start.
document.addEventListener("DOMContentLoaded", () => {
  const result = document.getElementById("result");
  if (location.protocol !== "file:" || !result) return;
  result.textContent = "This page was opened as a file, and from there a browser loads no modules. In a terminal: wasmlab serve";
});
