/** Several workers, one memory. */

import { Explained } from '../troubles.js';

/** @type {import('../example.js').Run} */
export async function run({ start, print, field }) {
  if (!globalThis.crossOriginIsolated) {
    print(`crossOriginIsolated is ${globalThis.crossOriginIsolated}`, 'err');
    const sent = await fetch(location.href, { method: 'HEAD', cache: 'no-store' });
    const headers = ['Cross-Origin-Opener-Policy', 'Cross-Origin-Embedder-Policy'];
    for (const name of headers) print(`${name}: ${sent.headers.get(name) ?? 'not sent'}`, 'err');
  }
  const program = await start('threads');
  const [threads, rounds] = [Number(field('threads')), Number(field('rounds'))];
  const started = program._start_counting(threads, rounds);
  if (started < threads) throw new Explained(NO_THREADS);
  print(`${started} threads counted to ${rounds.toLocaleString('en')} each`);
  print(`with a lock: ${program._with_lock().toLocaleString('en')} of ${(started * rounds).toLocaleString('en')}`);
  print(`without: ${program._without_lock().toLocaleString('en')}, and next time perhaps another number`);
  program.PThread?.terminateAllThreads();
}

/** @type {import('../troubles.js').Trouble} */
const NO_THREADS = {
  name: 'no-threads',
  title: 'Not every thread could be started',
  text: 'Each thread is a worker, and the page made four of them in advance.',
  todo: 'Raise `-sPTHREAD_POOL_SIZE` in lesson.toml.',
};
