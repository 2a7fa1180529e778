/** Calls add, and lays the export tables of two modules from one C file side by side. */

import { makeTable } from '../dom.js';
import { address } from '../glue.js';

/** @type {import('../example.js').Run} */
export async function run({ start, print, show, field }) {
  const program = await start('hello_export');
  const [a, b] = [Number(field('a')), Number(field('b'))];
  print(`Module._add(${a}, ${b}) is ${program._add(a, b)}`);
  const names = Object.keys(program).filter(name => /^_[a-z]/.test(name) && typeof program[name] === 'function');
  print(`Module has ${names.join(', ')}; the module itself exports add`, 'note');

  const [byEmcc, byHand] = await Promise.all(['hello_export', 'hand_wired'].map(exportsOf));
  const all = [...new Set([...byEmcc, ...byHand])];
  const rows = all.map(name => [name, byEmcc.includes(name) ? 'yes' : '', byHand.includes(name) ? 'yes' : '']);
  show(makeTable('The two export tables', ['export', '-sEXPORTED_FUNCTIONS=_add', '--export=add'], rows));
}

/** @param {string} target */
async function exportsOf(target) {
  const response = await fetch(address(`${target}.wasm`), { cache: 'no-store' });
  const module = await WebAssembly.compile(await response.arrayBuffer());
  return WebAssembly.Module.exports(module).map(one => `${one.name} (${one.kind})`);
}
