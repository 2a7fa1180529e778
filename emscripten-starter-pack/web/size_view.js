/** The table of sizes: one program at every optimisation level, and one function by hand and by emcc. */

import { makeTable, one } from './dom.js';
import { shown, sizeOf } from './sizes.js';

const NOT_BUILT = '–';
const LEVELS = ['O0', 'O1', 'O2', 'O3', 'Os', 'Oz'];

/** A label, the target, and whether there is glue beside it. @type {[string, string, boolean][]} */
const ROWS = [
  ['add by hand (clang, wasm-ld)', 'hand_wired', false],
  ['add by emcc', 'hello_export', true],
  ...LEVELS.map(level => /** @type {[string, string, boolean]} */ ([`hello_stdio by emcc -${level}`, `size_${level}`, true])),
  ['hello_stdio by emcc -Oz --closure 1', 'size_Oz_closure', true],
];

/** Fill the table with what is built now. */
export async function showSizes() {
  const rows = await Promise.all(ROWS.map(async ([label, target, hasGlue]) => {
    const wasm = await sizeOf(`${target}.wasm`);
    const glue = wasm && hasGlue ? await sizeOf(`${target}.mjs`) : null; // where nothing is built, ask once
    const cells = [wasm?.raw, wasm?.zipped, glue?.raw, glue?.zipped];
    return [label, ...cells.map(size => (size === undefined ? NOT_BUILT : shown(size)))];
  }));
  const heads = ['what', '.wasm', '.wasm gzip', 'glue', 'glue gzip'];
  const table = makeTable('Bytes, as built now', heads, rows);
  one(document, '#size-table').replaceChildren(table);
  const [, ...closure] = rows[rows.length - 1];
  one(document, '#closure-missing').hidden = closure.some(cell => cell !== NOT_BUILT);
}
