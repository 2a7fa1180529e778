/** What there is to know about a module, as pairs of a name and a text. */

const PAGE = 65536;

/**
 * @param {import('./wasm.js').Program} program
 * @returns {[string, string[]][]}
 */
export function factsOf({ module, raw, bytes }) {
  const imports = WebAssembly.Module.imports(module).map(one => `${one.module}.${one.name} (${one.kind})`);
  const exports = WebAssembly.Module.exports(module).map(one => `${one.name} (${one.kind})`);
  return [
    ['Size', [`${bytes.byteLength.toLocaleString('en')} bytes`]],
    ['Imports', imports.length ? imports : ['none']],
    ['Exports', exports.length ? exports : ['none']],
    ['Memory', [memoryOf(raw)]],
  ];
}

/** @param {WebAssembly.Exports} exports */
function memoryOf(exports) {
  const memory = Object.values(exports).find(one => one instanceof WebAssembly.Memory);
  if (!(memory instanceof WebAssembly.Memory)) return 'none exported';
  const pages = memory.buffer.byteLength / PAGE;
  return `${pages} ${pages === 1 ? 'page' : 'pages'} of 64 KiB`;
}
