/** Follows one write from C to the console: every import of the module, wrapped while it is instantiated. */

import { make } from '../dom.js';
import { address } from '../glue.js';

/** @typedef {{from: 'js' | 'wasm', what: string, words: string}} Crossing */

/** @type {import('../example.js').Run} */
export async function run({ start, print, show }) {
  /** @type {Crossing[]} */
  const crossings = [];
  let started = false;
  /** @type {(reason: unknown) => void} */
  let refuse = () => {};
  /** @type {Promise<never>} */
  const refused = new Promise((_, reject) => { refuse = reject; });
  /** @type {(from: 'js' | 'wasm', what: string, words: string) => void} */
  const note = (from, what, words) => { crossings.push({ from, what, words }); };

  const starting = start('syscalls', {
    instantiateWasm(/** @type {WebAssembly.Imports} */ imports, /** @type {Function} */ receive) {
      const wrapped = wrap(imports, (from, what, words) => { if (started) note(from, what, words); });
      const response = fetch(address('syscalls.wasm'), { cache: 'no-store' });
      void WebAssembly.instantiateStreaming(response, wrapped).then(({ instance, module }) => {
        started = true;
        receive(instance, module);
      }).catch(refuse);
      return {}; // it will be there later
    },
    print(/** @type {string} */ text) {
      note('js', `print(${JSON.stringify(text)})`, 'the glue has a whole line and hands it to the page');
      print(text);
    },
  });
  await Promise.race([starting, refused]); // the glue never hears of a module that cannot be had
  show(make('ol', 'crossings', ...crossings.map(row)));
}

/**
 * @param {WebAssembly.Imports} imports
 * @param {(from: 'js' | 'wasm', what: string, words: string) => void} note
 * @returns {WebAssembly.Imports}
 */
function wrap(imports, note) {
  return Object.fromEntries(Object.entries(imports).map(([module, members]) => [
    module,
    Object.fromEntries(Object.entries(members).map(([name, member]) => [
      name,
      typeof member === 'function' ? wrapped(`${module}.${name}`, member, note) : member,
    ])),
  ]));
}

/**
 * @param {string} name
 * @param {Function} inner
 * @param {(from: 'js' | 'wasm', what: string, words: string) => void} note
 */
function wrapped(name, inner, note) {
  return (/** @type {unknown[]} */ ...args) => {
    note('wasm', `${name}(${args.join(', ')})`, meaning(name));
    const result = inner(...args);
    note('js', `${name} returns ${result}`, 'back into the C library, and from there into main');
    return result;
  };
}

/** @param {string} name */
function meaning(name) {
  return name.endsWith('fd_write')
    ? 'libc’s write leaves Wasm: file 1 is stdout, then where the pieces are, how many, and where to put the count'
    : 'the runtime asks its host';
}

/** @param {Crossing} crossing */
function row({ from, what, words }) {
  const item = make('li', '', make('code', '', what), make('span', 'words', words));
  item.dataset.from = from;
  return item;
}
