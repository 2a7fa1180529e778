// The whole of the lesson's page: fetch the module, give it js_log, call its export.

/** @type {Record<string, Record<string, (value: number) => void>>} */
const imports = { env: { js_log: (value) => console.log(`WASM says: ${value}`) } };

/**
 * Fetch the module afresh, so that each Run shows what was saved last.
 *
 * @returns {Promise<(x: number) => number>} the module's export
 */
async function load() {
  const response = await fetch(new URL("../dist/twice.wasm", import.meta.url));
  if (!response.ok) throw new Error("dist/twice.wasm is not there: run `wasmlab build` first");
  const { instance } = await WebAssembly.instantiateStreaming(response, imports);
  return /** @type {(x: number) => number} */ (instance.exports.twice);
}

const form = /** @type {HTMLFormElement} */ (document.getElementById("form"));
const number = /** @type {HTMLInputElement} */ (document.getElementById("number"));
const result = /** @type {HTMLElement} */ (document.getElementById("result"));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const twice = await load();
    result.textContent = `Result: ${twice(number.valueAsNumber)}`;
  } catch (error) {
    result.textContent = String(error);
  }
});
