/** What an instance is given: functions that record every crossing and answer, memories, globals, tables. */

import { consult } from './channel.js';
import { fromBase64, fromBits, toBase64, toBits } from './values.js';

/**
 * @typedef {import('./messages.js').Bits} Bits
 * @typedef {import('./messages.js').Shape} Shape
 * @typedef {import('./messages.js').Host} Host
 * @typedef {import('./messages.js').Given} Given
 * @typedef {import('./messages.js').Opening} Opening
 * @typedef {import('./messages.js').Crossing} Crossing
 * @typedef {import('./messages.js').Pointed} Pointed
 */

/** So many crossings are sent one by one, so that a call that never ends still shows them. */
const AT_ONCE = 200;
const BATCH = 500;
/** Of what an argument points at, so many bytes are kept. */
const SHOWN = 1024;
/** `fd_write` points at no more pieces than these that are looked at. */
const PIECES = 16;

/** What has crossed and been printed since the last message to the page. */
export const tape = {
  start: 0,
  depth: 0,
  seen: 0,
  kept: 0,
  /** @type {Crossing[]} */
  crossings: [],
  /** @type {[stream: number, bytes: string][]} */
  said: [],
  begin() {
    Object.assign(this, { start: performance.now(), depth: 0, seen: 0, crossings: [], said: [] });
  },
  /** @param {boolean} back whether the module has come back */
  flush(back) {
    postMessage({ crossings: this.crossings, said: this.said, back, outcome: null });
    this.crossings = [];
    this.said = [];
  },
  /** @type {(place: number, back: boolean, values: Bits[], memory: Pointed[]) => void} */
  note(place, back, values, memory) {
    this.seen++;
    if (this.seen <= this.kept) {
      this.crossings.push([place, back, values, this.depth, performance.now() - this.start, memory]);
    }
    const waiting = this.crossings.length + this.said.length;
    if (this.seen <= AT_ONCE || this.seen === this.kept || waiting >= BATCH) this.flush(false);
  },
};

/** The module's memory: the one that it exports, else the one that it imports. @type {{memory: WebAssembly.Memory | null}} */
export const view = { memory: null };

/**
 * @param {number} start
 * @param {number} length
 * @returns {Uint8Array | null} null where it is not inside the memory
 */
export function range(start, length) {
  const { memory } = view;
  return memory && start + length <= memory.buffer.byteLength ? new Uint8Array(memory.buffer, start, length) : null;
}

/**
 * Everything that the module imports.
 * @param {Opening} opening
 * @param {import('./wasi.js').Wasi | null} wasi
 */
export function imports(opening, wasi) {
  /** @type {Record<string, Record<string, WebAssembly.ImportValue>>} */
  const made = bare();
  opening.hosts.forEach((host, place) => {
    (made[host.module] ??= bare())[host.name] = bridged(host, recorded(opening.id, host, place, wasi));
  });
  for (const given of opening.given) (made[given.module] ??= bare())[given.name] = part(given);
  return made;
}

/** An object that inherits nothing: a module may be called `constructor` or `__proto__`. */
function bare() {
  return Object.create(null);
}

/**
 * @param {Given} given
 * @returns {WebAssembly.ImportValue}
 */
function part(given) {
  const { least: initial, most: maximum, wide, shared, type } = given;
  if (given.kind === 'global') {
    const value = type === 'i64' ? BigInt(given.value) : type.endsWith('ref') ? null : Number(given.value);
    const valueType = /** @type {WebAssembly.ValueType} */ (type === 'funcref' ? 'anyfunc' : type);
    return new WebAssembly.Global({ value: valueType, mutable: given.mutable }, value);
  }
  if (given.kind === 'table') {
    const element = /** @type {WebAssembly.TableKind} */ (type === 'funcref' ? 'anyfunc' : type);
    return new WebAssembly.Table({ element, initial, maximum }, null);
  }
  const address = wide ? { address: 'i64', initial: BigInt(initial), maximum: BigInt(maximum) } : { initial, maximum };
  const memory = new WebAssembly.Memory(/** @type {WebAssembly.MemoryDescriptor} */ ({ ...address, shared }));
  view.memory ??= memory;
  return memory;
}

/**
 * A function with floats as bits that calls `inner`, or the other way round.
 * @param {Shape} shape
 * @param {Function} inner
 * @returns {Function}
 */
export function bridged(shape, inner) {
  return shape.bridge ? /** @type {Function} */ (linked(shape.bridge, inner).f) : inner;
}

/**
 * The exports of a bridge that stands before something.
 * @param {string} bridge
 * @param {unknown} inner
 */
export function linked(bridge, inner) {
  const module = new WebAssembly.Module(fromBase64(bridge));
  return new WebAssembly.Instance(module, /** @type {WebAssembly.Imports} */ ({ m: { f: inner } })).exports;
}

/**
 * @param {number} id
 * @param {Host} host
 * @param {number} place
 * @param {import('./wasi.js').Wasi | null} wasi
 */
function recorded(id, host, place, wasi) {
  const answers = [...host.answers];
  /** @type {(args: any[], bits: Bits[]) => Bits[]} */
  const answer = (args, bits) => {
    if (host.by === 'wasi' && wasi) return [wasi.call(host.name, args)];
    if (host.by === 'function') return consult(id, place, bits);
    return answers.length > 1 ? /** @type {Bits[]} */ (answers.shift()) : answers[0];
  };
  return (/** @type {any[]} */ ...args) => {
    tape.depth++;
    const bits = host.params.map((type, index) => toBits(type, args[index]));
    const pieces = host.by === 'wasi' && host.name === 'fd_write';
    tape.note(place, false, bits, pieces ? written(bits) : pointed(host, bits));
    const given = answer(args, bits);
    tape.note(place, true, given, []);
    tape.depth--;
    const values = host.results.map((type, index) => fromBits(type, given[index]));
    return values.length > 1 ? values : values[0];
  };
}

/**
 * What the arguments point at.
 * @param {Host} host
 * @param {Bits[]} bits
 * @returns {Pointed[]}
 */
function pointed(host, bits) {
  return host.pointers.flatMap(([argument, length]) => {
    const start = Number(bits[argument]);
    return length === null ? text(start) : piece(start, Number(bits[length]));
  });
}

/** @type {(start: number, length: number) => Pointed[]} */
function piece(start, length) {
  const bytes = range(start, length);
  return bytes ? [[start, length, toBase64(bytes.slice(0, SHOWN))]] : [];
}

/** @type {(start: number) => Pointed[]} */
function text(start) {
  const size = view.memory?.buffer.byteLength ?? 0;
  const bytes = range(start, Math.min(SHOWN, Math.max(0, size - start)));
  const end = bytes?.indexOf(0) ?? -1;
  if (!bytes || (end < 0 && bytes.length < SHOWN)) return [];
  const data = bytes.slice(0, end < 0 ? SHOWN : end);
  return [[start, data.length, toBase64(data)]];
}

/** @type {(bits: Bits[]) => Pointed[]} */
function written(bits) {
  const raw = range(Number(bits[1]), 8 * Math.min(Number(bits[2]), PIECES));
  if (!raw) return [];
  const words = new Uint32Array(raw.slice().buffer);
  const found = [];
  for (let at = 0; at < words.length; at += 2) {
    if (!words[at + 1]) continue;
    const one = piece(words[at], words[at + 1]);
    if (!one.length) return [];
    found.push(...one);
  }
  return found;
}
