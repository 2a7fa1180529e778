/** Asks the table that a debug build leaves beside a module for the C line at which it stopped. */

import { address } from './glue.js';

/**
 * @param {unknown} error
 * @param {string} target
 * @returns {Promise<string>} such as `c/files.c:17:3: …`; empty where no table tells it
 */
export async function locate(error, target) {
  if (!(error instanceof WebAssembly.RuntimeError)) return '';
  try {
    const { explain } = await import(new URL('../dist/traps.js', import.meta.url).href);
    const table = await (await fetch(address(`${target}.traps.json`), { cache: 'no-store' })).json();
    const found = explain(error, table);
    return found.line ? `${found.file}:${found.line}:${found.column}: ${found.sourceLine.trim()}` : '';
  } catch {
    return ''; // a release build has no table
  }
}
