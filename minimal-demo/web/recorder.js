/** Wraps imports and exports, and writes down every crossing between JavaScript and Wasm in its order. */

/**
 * @typedef {'call' | 'host call' | 'host return' | 'host throw' | 'return' | 'trap' | 'throw'} Kind
 * @typedef {{kind: Kind, name: string, values: unknown[], depth: number, microseconds: number}} Crossing
 */

/** A loop in C may cross a million times; these are kept, and the last; the others only counted. */
const KEPT = 1000;

export class Recorder {
  /** @type {Crossing[]} */
  crossings = [];
  /** How many crossings came between those that were kept and the last. */
  missed = 0;
  depth = 0;
  #start = 0;

  /** Forget the last round trip. */
  clear() {
    this.crossings = [];
    this.missed = 0;
    this.depth = 0;
    this.#start = performance.now();
  }

  /**
   * @param {WebAssembly.Imports} imports
   * @returns {WebAssembly.Imports} the same shape, each function recorded
   */
  wrapImports(imports) {
    return mapValues(imports, (members, module) =>
      mapValues(members, (member, name) =>
        typeof member === 'function'
          ? this.#wrap(`${module}.${name}`, member, 'host call', 'host return', () => 'host throw')
          : member));
  }

  /**
   * @param {WebAssembly.Exports} exports
   * @returns {Record<string, Function>} the exported functions, each recorded
   */
  wrapExports(exports) {
    const functions = Object.entries(exports).filter(([, member]) => typeof member === 'function');
    return Object.fromEntries(functions.map(([name, member]) =>
      [name, this.#wrap(name, /** @type {Function} */ (member), 'call', 'return', howItEnded)]));
  }

  /**
   * @param {string} name
   * @param {Function} inner
   * @param {Kind} into
   * @param {Kind} back
   * @param {(error: unknown) => Kind} failed
   */
  #wrap(name, inner, into, back, failed) {
    return (/** @type {unknown[]} */ ...args) => {
      const depth = this.depth++;
      this.#note(into, name, args, depth);
      try {
        const result = inner(...args);
        this.#note(back, name, result === undefined ? [] : [result].flat(), depth);
        return result;
      } catch (error) {
        this.#note(failed(error), name, [], depth);
        throw error;
      } finally {
        this.depth = depth;
      }
    };
  }

  /** @type {(kind: Kind, name: string, values: unknown[], depth: number) => void} */
  #note(kind, name, values, depth) {
    const microseconds = (performance.now() - this.#start) * 1000;
    if (this.crossings.length < KEPT || depth === 0) this.crossings.push({ kind, name, values, depth, microseconds });
    else this.missed++;
  }
}

/**
 * A trap ends the Wasm code itself; anything else was thrown by a host function on the way.
 * @param {unknown} error
 * @returns {Kind}
 */
function howItEnded(error) {
  const stackIsFull = error instanceof RangeError || String(error).includes('too much recursion');
  return error instanceof WebAssembly.RuntimeError || stackIsFull ? 'trap' : 'throw';
}

/**
 * @template V, W
 * @param {Record<string, V>} object
 * @param {(value: V, key: string) => W} change
 * @returns {Record<string, W>}
 */
function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}
