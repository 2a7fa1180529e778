/** The same numbers handed to C by copying and in place; and a view that memory growth empties. */

import { makeTable } from '../dom.js';

const COUNT = 1_000_000;
const ROUNDS = 7;

/** @type {import('../example.js').Run} */
export async function run({ start, print, show }) {
  const program = await start('arrays');
  const place = program._make_array(COUNT);
  const numbers = Float64Array.from({ length: COUNT }, (_, index) => index % 1000);
  const inPlace = () => program.HEAPF64.subarray(place / 8, place / 8 + COUNT);

  inPlace().set(numbers);
  program._scale(place, COUNT, 2);
  print(`sum after scale: ${program._sum(place, COUNT)}`);
  print(`first numbers, seen in place: ${[...inPlace().subarray(0, 5)].join(', ')}`);

  const copied = median(() => { inPlace().set(numbers); program._sum(place, COUNT); numbers.set(inPlace()); });
  const viewed = median(() => { program._sum(place, COUNT); });
  show(makeTable(`${COUNT.toLocaleString('en')} doubles, median of ${ROUNDS}`, ['how', 'milliseconds'], [
    ['copied in, summed, copied out', copied.toFixed(2)],
    ['summed in place', viewed.toFixed(2)],
  ]));

  const view = inPlace();
  const before = view.length;
  if (!program._make_memory_grow(64)) print('memory would not grow', 'err');
  print(`a view taken before memory grew: ${before.toLocaleString('en')} numbers then, ${view.length} now`);
  print(`the same address in a view taken now: ${[...inPlace().subarray(0, 5)].join(', ')}`);
  program._free_array(place);
}

/** @param {() => void} work */
function median(work) {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
}
