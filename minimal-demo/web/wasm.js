/** Touches WebAssembly: the import object, and one call that fetches, compiles and wires the module. */

/**
 * What Wasm may call. The two names are the ones the C file gives to
 * `import_module("env")` and `import_name("js_log")`.
 */
export const imports = {
  env: {
    /** @param {number} value */
    js_log(value) {
      console.log(`WASM says: ${value}`);
    },
  },
};

/**
 * A module at work; `exports` are wrapped, so that every crossing is recorded.
 * @typedef {object} Program
 * @property {WebAssembly.Module} module
 * @property {WebAssembly.Exports} raw
 * @property {Record<string, Function>} exports
 * @property {ArrayBuffer} bytes the module itself
 * @property {number} calls so many calls of its exports so far
 */

/**
 * Fetch the module, compile it while it arrives, and hand it our imports.
 * @param {string} url
 * @param {import('./recorder.js').Recorder} recorder
 * @returns {Promise<Program>}
 */
export async function instantiate(url, recorder) {
  const response = await fetch(url, { cache: 'no-store' });
  const copy = response.clone();
  const { module, instance } = await WebAssembly.instantiateStreaming(response, recorder.wrapImports(imports));
  return wired(module, instance, await copy.arrayBuffer(), recorder);
}

/**
 * Start a module anew that is compiled already: fresh memory, fresh globals.
 * @param {Program} program
 * @param {import('./recorder.js').Recorder} recorder
 * @returns {Promise<Program>}
 */
export async function instantiateAgain({ module, bytes }, recorder) {
  const instance = await WebAssembly.instantiate(module, recorder.wrapImports(imports));
  return wired(module, instance, bytes, recorder);
}

/**
 * Compile and wire in two steps, for a server that does not say `Content-Type: application/wasm`.
 * @param {ArrayBuffer} bytes
 * @param {import('./recorder.js').Recorder} recorder
 * @returns {Promise<Program>}
 */
export async function instantiateBytes(bytes, recorder) {
  const { module, instance } = await WebAssembly.instantiate(bytes, recorder.wrapImports(imports));
  return wired(module, instance, bytes, recorder);
}

/** @type {(module: WebAssembly.Module, instance: WebAssembly.Instance, bytes: ArrayBuffer, recorder: import('./recorder.js').Recorder) => Program} */
function wired(module, instance, bytes, recorder) {
  return { module, raw: instance.exports, exports: recorder.wrapExports(instance.exports), bytes, calls: 0 };
}
