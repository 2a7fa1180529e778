// The whole of the lesson's page: fetch the module, give it js_log, call its export.

const MODULE = new URL("../dist/twice.wasm", import.meta.url);

/** @type {Record<string, Record<string, (value: number) => void>>} */
const imports = { env: { js_log: (value) => console.log(`WASM says: ${value}`) } };

/**
 * Fetch the module afresh, so that each Run shows what was saved last, and a trap leaves nothing behind.
 *
 * @returns {Promise<(x: number) => number>} the module's export
 */
async function load() {
  const response = await fetch(MODULE, { cache: "no-store" });
  if (!response.ok) throw new Error("dist/twice.wasm is not there: run `wasmlab build` first");
  const { instance } = await WebAssembly.instantiateStreaming(response, imports);
  return /** @type {(x: number) => number} */ (instance.exports.twice);
}

/**
 * Name the C line of a trap by the table that a debug build leaves beside the module; other errors speak for themselves.
 *
 * @param {unknown} error
 * @returns {Promise<string>}
 */
async function explain(error) {
  try {
    const reader = await import(new URL("traps.js", MODULE).href);
    const table = await fetch(MODULE.href.replace(/\.wasm$/, ".traps.json"), { cache: "no-store" });
    const found = reader.explain(error, await table.json());
    return found.line ? `${found.file}:${found.line}:${found.column} ${found.title}: ${found.why}` : String(error);
  } catch {
    return String(error); // no debug build, no table
  }
}

const form = /** @type {HTMLFormElement} */ (document.getElementById("form"));
const number = /** @type {HTMLInputElement} */ (document.getElementById("number"));
const result = /** @type {HTMLElement} */ (document.getElementById("result"));
let runs = 0;

async function run() {
  const mine = ++runs;
  let text;
  try {
    const twice = await load();
    if (mine !== runs) return; // a newer Run is under way
    text = `Result: ${twice(number.valueAsNumber)}`;
  } catch (error) {
    text = await explain(error);
    console.error(`Run stopped: ${text}`);
  }
  if (mine === runs) result.textContent = text;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void run();
});

// `wasmlab serve` says that a module was built: taken here, the page keeps its input and runs again.
window.addEventListener("wasmlab:module", (event) => {
  const { path } = /** @type {CustomEvent<{path: string}>} */ (event).detail;
  if (!decodeURIComponent(MODULE.pathname).endsWith(`/${path.replace(/^\/+/, "")}`)) return;
  event.preventDefault();
  if (runs) void run();
});
