/** One instance at a time in a worker: records what crosses, answers for the hosts, reports traps. */

import { bridged, imports, linked, range, tape, view } from './hosts.js';
import { allToBits, fromBase64, fromBits, toBase64, toBits, told } from './values.js';

/**
 * @typedef {import('./messages.js').Bits} Bits
 * @typedef {import('./messages.js').Shape} Shape
 * @typedef {import('./messages.js').Outcome} Outcome
 */

Object.assign(Error, { stackTraceLimit: 100 }); // V8 gives 10 otherwise

/** How much of a memory is left out of its hash at once, where it is all zero; in bytes. */
const BLOCK = 4096;

/** @type {WebAssembly.Instance | null} */
let instance = null;
/** @type {import('./wasi.js').Wasi | null} */
let wasi = null;
/** @type {Map<string, Function>} */
const callables = new Map();

onmessage = async ({ data }) => {
  wasi?.begin();
  tape.begin();
  const outcome = await perform(data);
  const milliseconds = performance.now() - tape.start;
  tape.flush(true);
  const ran = ['open', 'call', 'element'].includes(data.do);
  const missed = Math.max(0, tape.seen - tape.kept);
  const more = ran ? { hash: await memoryHash(), size: view.memory?.buffer.byteLength, ...left() } : {};
  postMessage({ crossings: [], said: [], outcome: { ...outcome, milliseconds, missed, ...more } });
};

/** What a WASI program leaves after a call. */
function left() {
  if (!wasi) return {};
  return { code: wasi.code, files: wasi.tree.files().map(([path, bytes]) => [path, toBase64(bytes)]) };
}

async function memoryHash() {
  if (!view.memory) return '';
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', written(view.memory.buffer)));
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * What a memory's hash is made of: its size, and each block that is not all zero behind its number.
 * Size and numbers are of eight bytes, the lowest first.
 * @param {ArrayBufferLike} memory
 */
function written(memory) {
  const bytes = new Uint8Array(memory);
  const words = new Int32Array(memory, 0, bytes.length >> 2);
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [number(bytes.length)];
  for (let start = 0; start < bytes.length; start += BLOCK) {
    if (!isZero(words, start / 4)) parts.push(number(start / BLOCK), bytes.slice(start, start + BLOCK));
  }
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Whether a whole block is zero; one that is cut off by the memory's end is not. @type {(words: Int32Array, at: number) => boolean} */
function isZero(words, at) {
  for (let end = at + BLOCK / 4; at < end; at++) if (words[at] !== 0) return false;
  return true;
}

/** @param {number} value @returns {Uint8Array<ArrayBuffer>} */
function number(value) {
  return new Uint8Array(new BigUint64Array([BigInt(value)]).buffer);
}

/**
 * @param {import('./messages.js').Request} request
 * @returns {Outcome | Promise<Outcome>}
 */
function perform(request) {
  switch (request.do) {
    case 'open': return open(request.opening);
    case 'call': return call(request.name, request.shape, request.args);
    case 'element': return element(request.table, request.shape, request.args);
    case 'read': return read(request.start, request.length);
    case 'write': return write(request.start, fromBase64(request.bytes));
    case 'get': return global(request.name, request.bridge, request.type, null);
    case 'set': return global(request.name, request.bridge, request.type, request.value);
    case 'probe': return import('./probe.js').then(async ({ probe }) => ({ results: [await probe(request.name) ? 1 : 0] }));
    case 'size': return { size: Number(exported(request.name).length) };
    default: throw new Error(`unknown request ${JSON.stringify(request)}`);
  }
}

/** @param {string} name @returns {any} */
function exported(name) {
  return instance?.exports[name];
}

/**
 * @param {import('./messages.js').Opening} opening
 * @returns {Promise<Outcome>}
 */
async function open(opening) {
  tape.kept = opening.kept;
  instance = wasi = view.memory = null;
  callables.clear();
  if (opening.world) await surround(opening.world);
  postMessage({ crossings: [], said: [], ready: true, outcome: null });
  tape.start = performance.now();
  let module;
  try {
    module = new WebAssembly.Module(fromBase64(opening.wasm));
  } catch (error) {
    return { error: told(error), refused: 'compile' };
  }
  try {
    const made = new WebAssembly.Instance(module, imports(opening, wasi));
    if (opening.memory) view.memory = /** @type {WebAssembly.Memory} */ (made.exports[opening.memory]);
    if (opening.initialize) /** @type {Function} */ (made.exports[opening.initialize])();
    instance = made;
    return { results: [] };
  } catch (error) {
    return { ...ended(error), ...(error instanceof WebAssembly.LinkError ? { refused: 'link' } : {}) };
  }
}

/** @param {import('./messages.js').World} world */
async function surround(world) {
  const { Wasi } = await import('./wasi.js');
  const stdin = fromBase64(world.stdin);
  /** @type {[string, Uint8Array][]} */
  const files = world.files.map(([path, bytes]) => [path, fromBase64(bytes)]);
  wasi = new Wasi({ ...world, stdin, files }, world.limits, () => view.memory, (stream, bytes) => {
    tape.said.push([stream, toBase64(bytes)]);
  });
}

/**
 * What an exception means: a program that ended itself has only done so.
 * @param {unknown} error
 * @returns {Outcome}
 */
function ended(error) {
  return error instanceof Error && error.name === 'Exit' ? { results: [] } : { error: told(error) };
}

/**
 * @param {string} name
 * @param {Shape} shape
 * @param {Bits[]} args
 * @returns {Outcome}
 */
function call(name, shape, args) {
  const found = callables.get(name) ?? bridged(shape, exported(name));
  callables.set(name, found);
  const outcome = called(found, shape, args);
  if (wasi && name === '_start' && !outcome.error) wasi.code ??= 0; // it came back by itself
  return outcome;
}

/**
 * @param {string} table
 * @param {Shape} shape
 * @param {Bits[]} args
 */
function element(table, shape, args) {
  return called(bridged(shape, exported(table)), shape, args);
}

/**
 * @param {Function} found
 * @param {Shape} shape
 * @param {Bits[]} args
 * @returns {Outcome}
 */
function called(found, shape, args) {
  const values = shape.params.map((type, place) => fromBits(type, args[place]));
  try {
    return { results: allToBits(shape.results, found(...values)) };
  } catch (error) {
    return ended(error);
  }
}

/** @type {(start: number, length: number) => Outcome} */
function read(start, length) {
  const bytes = range(start, length);
  return { size: view.memory?.buffer.byteLength, bytes: bytes ? toBase64(bytes) : undefined };
}

/** @type {(start: number, bytes: Uint8Array) => Outcome} */
function write(start, bytes) {
  range(start, bytes.length)?.set(bytes);
  return { size: view.memory?.buffer.byteLength };
}

/**
 * Read or change a global through a bridge, so that a float keeps its bits.
 * @param {string} name
 * @param {string} bridge
 * @param {string} type
 * @param {Bits | null} value
 * @returns {Outcome}
 */
function global(name, bridge, type, value) {
  const found = /** @type {Record<string, Function>} */ (linked(bridge, exported(name)));
  if (value !== null) found.set(fromBits(type, value));
  return { results: [toBits(type, found.get())] };
}
