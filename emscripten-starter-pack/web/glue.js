/** Loads what Emscripten made: the glue as a module of its own, and a fresh instance at every call. */

import { notLoaded } from './troubles.js';

/**
 * What the factory in the glue gives: C's functions with an underscore, the views, the runtime methods.
 * @typedef {Record<string, any>} Program
 */

/** A rebuilt file is another file: its address says so, for an import is fetched once. @type {Map<string, number>} */
const versions = new Map();

/** @param {string} target what was built anew, or could not be loaded */
export function renew(target) {
  versions.set(target, versionOf(target) + 1);
}

/** @param {string} target */
function versionOf(target) {
  return versions.get(target) ?? Math.round(performance.timeOrigin);
}

/**
 * @param {string} name a file of a target, such as `hello_export.wasm`
 * @returns {string} its address in the state that the page knows
 */
export function address(name) {
  return new URL(`../dist/${name}?v=${versionOf(name.split('.')[0])}`, import.meta.url).href;
}

/**
 * Start a program. Its glue is called with `options`, which become parts of its `Module`.
 * @param {string} target
 * @param {Record<string, any>} [options]
 * @returns {Promise<Program>}
 */
export async function load(target, options = {}) {
  const url = address(`${target}.mjs`);
  /** @type {(options: object) => Promise<Program>} */
  let factory;
  try {
    ({ default: factory } = await import(url));
  } catch (error) {
    renew(target); // a browser remembers what it could not load
    throw await notLoaded(target, url, error);
  }
  return started(factory, url, { locateFile: address, ...options });
}

/**
 * Wait for a program; what its glue throws outside of its promise, such as a missing .data file, counts too.
 * @param {(options: object) => Promise<Program>} factory
 * @param {string} url
 * @param {object} options
 * @returns {Promise<Program>}
 */
async function started(factory, url, options) {
  const over = new AbortController();
  /** @type {Promise<never>} */
  const failed = new Promise((_, reject) => {
    /** @param {unknown} error */
    const blame = (error) => { if (error instanceof Error && error.stack?.includes(url)) reject(error); };
    window.addEventListener('error', event => blame(event.error), over);
    window.addEventListener('unhandledrejection', event => blame(event.reason), over);
  });
  try {
    return await Promise.race([factory(options), failed]);
  } finally {
    over.abort();
  }
}
