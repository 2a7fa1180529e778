/** C waits for promises, while the page goes on. */

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
  print(`JSPI in this browser: ${'Suspending' in WebAssembly ? 'yes' : 'not yet'}`, 'note');
}
