/** C waits for promises, while the page goes on: by a rewritten module, and by the browser itself. */

import { address } from '../glue.js';

/** @type {import('../example.js').Run} */
export async function run({ start, print, field }) {
  const program = await start('async');
  let beats = 0;
  const heart = setInterval(() => beats++, 5);
  const promise = program.ccall('sum_of_squares', 'number', ['number'], [Number(field('count'))], { async: true });
  print('ccall has returned a promise; C is in the middle of its loop', 'note');
  const total = await promise;
  clearInterval(heart);
  print(`the sum is ${total}`);
  print(beats > 0 ? 'the page’s own timer ticked meanwhile' : 'nothing else ran meanwhile', 'note');
  if ('Suspending' in WebAssembly) {
    print(`the sum by JSPI is ${await sumByJspi(Number(field('count')))}`);
  } else {
    print('JSPI: this browser does not have it yet', 'note');
  }
}

/**
 * What browsers that have JSPI add; their types come with a later TypeScript.
 * @typedef {{Suspending: new (wrapped: Function) => WebAssembly.ImportValue, promising: (wrapped: Function) => Function}} Jspi
 */

/**
 * @param {number} count
 * @returns {Promise<number>}
 */
async function sumByJspi(count) {
  const jspi = /** @type {Jspi} */ (/** @type {unknown} */ (WebAssembly));
  const slowSquare = async (/** @type {number} */ number) => {
    await new Promise(done => setTimeout(done, 30));
    return number * number;
  };
  const imports = { env: { js_slow_square: new jspi.Suspending(slowSquare) } };
  const { instance } = await WebAssembly.instantiateStreaming(fetch(address('async_jspi.wasm')), imports);
  return jspi.promising(/** @type {Function} */ (instance.exports.sum_of_squares))(count);
}
