/**
 * The record of a round trip, in the shape that `wasmlab run --format json` prints as well; its members are
 * described in docs/reference/round-trip.md.
 */

/**
 * @typedef {import('./recorder.js').Recorder} Recorder
 * @typedef {import('./recorder.js').Kind} Kind
 * @typedef {import('./signatures.js').Signature} Signature
 * @typedef {{type: string, value: number | string, bits?: string}} Value
 * @typedef {{kind: Kind, direction: string, name: string, values: Value[], depth: number, microseconds: number}} Crossing
 * @typedef {{engine: string, function: string, crossings: Crossing[], results: Value[],
 *   trap: {kind: string, message: string} | null, missed: number, memory_hash: string, milliseconds: number}} RoundTrip
 */

/** How much of a memory is left out of its hash at once, where it is all zero; in bytes. */
const BLOCK = 4096;

/** One word for each trap, however an engine words it. @type {[RegExp, string][]} */
const TRAPS = [
  [/unreachable/i, 'unreachable'],
  [/table index|table access/i, 'table access out of bounds'],
  [/memory access out of bounds|index out of bounds|out of bounds memory/i, 'memory access out of bounds'],
  [/null function|call to null/i, 'indirect call to null'],
  [/signature/i, 'indirect call type mismatch'],
  [/result unrepresentable|integer overflow/i, 'integer overflow'],
  [/by zero/i, 'integer division by zero'],
  [/float unrepresentable|invalid conversion/i, 'invalid conversion to integer'],
  [/call stack|recursion/i, 'call stack exhausted'],
];

/** @type {ReadonlySet<Kind>} */
const INTO_WASM = new Set(['call', 'host return', 'host throw']);
/** @type {ReadonlySet<Kind>} */
const RETURNS = new Set(['return', 'host return']);
/** They carry no values. @type {ReadonlySet<Kind>} */
const ENDS = new Set(['host throw', 'trap', 'throw']);

/**
 * @param {Recorder} recorder
 * @param {import('./signatures.js').Signatures} signatures
 * @param {unknown} error what the call threw, if it did
 * @returns {RoundTrip}
 */
export function recordOf(recorder, { imports, exports }, error) {
  const crossings = recorder.crossings.map(({ kind, name, values, depth, microseconds }) => {
    const types = (depth % 2 ? imports : exports).get(name);
    return {
      kind,
      direction: INTO_WASM.has(kind) ? 'host -> wasm' : 'wasm -> host',
      name,
      values: ENDS.has(kind) ? [] : valuesOf(values, RETURNS.has(kind) ? types?.results : types?.params),
      depth,
      microseconds: rounded(microseconds),
    };
  });
  const last = crossings.at(-1);
  return {
    engine: 'page',
    function: crossings[0]?.name ?? '',
    crossings,
    results: last?.kind === 'return' ? last.values : [],
    trap: last?.kind === 'trap' ? { kind: kindOf(String(error)), message: String(error) } : null,
    missed: recorder.missed,
    memory_hash: '',
    milliseconds: rounded(last?.microseconds ?? 0) / 1000,
  };
}

/**
 * The record as a file that `wasmlab replay` reads: with the module's name and its SHA-256.
 * @param {RoundTrip} trip
 * @param {string} name
 * @param {BufferSource} bytes
 */
export async function fileOf(trip, name, bytes) {
  const saved = { format: 1, module: { name, sha256: await sha256(bytes), release: false }, trip };
  return new Blob([JSON.stringify(saved, null, 2)], { type: 'application/json' });
}

/**
 * The hash of the exported memory as it is now; empty where there is none, and where a page may not ask
 * for one: browsers give it to addresses that begin with https: or localhost.
 * @param {WebAssembly.Exports} exports
 * @returns {Promise<string>}
 */
export async function memoryHash(exports) {
  const memory = Object.values(exports).find(one => one instanceof WebAssembly.Memory);
  return memory instanceof WebAssembly.Memory ? sha256(written(memory.buffer)) : '';
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

/** @param {BufferSource} bytes */
export async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) return '';
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {string} message */
function kindOf(message) {
  return TRAPS.find(([pattern]) => pattern.test(message))?.[1] ?? 'trap';
}

/**
 * JavaScript may pass too few or too many, and Wasm gets as many as its type says.
 * @param {unknown[]} given
 * @param {string[]} [types]
 */
function valuesOf(given, types) {
  return types ? types.map((type, place) => valueOf(type, given[place])) : given.map(one => valueOf(guess(one), one));
}

/** @param {unknown} given */
function guess(given) {
  if (typeof given === 'bigint') return 'i64';
  return typeof given === 'number' ? 'f64' : 'externref';
}

/**
 * What Wasm receives: each type has its own conversion from JavaScript's values.
 * @param {string} type
 * @param {any} given
 * @returns {Value}
 */
function valueOf(type, given) {
  switch (type) {
    case 'i32': return { type, value: Number(given) | 0 };
    case 'i64': return { type, value: BigInt.asIntN(64, BigInt(given)).toString() };
    case 'f32':
    case 'f64': return floatOf(type, Number(given));
    default: return { type, value: given === null ? 'null' : type === 'funcref' ? 'function' : 'object 1' };
  }
}

/** @type {(type: 'f32' | 'f64', number: number) => Value} */
function floatOf(type, number) {
  const view = new DataView(new ArrayBuffer(8));
  if (type === 'f32') view.setFloat32(0, number);
  else view.setFloat64(0, number);
  const bits = `0x${(type === 'f32' ? view.getUint32(0) : view.getBigUint64(0)).toString(16)}`;
  const received = type === 'f32' ? Math.fround(number) : number;
  return { type, value: Number.isNaN(number) ? `nan:${bits}` : textOf(received), bits };
}

/** A float as Python and C write it: always with a point or an exponent. @param {number} number */
function textOf(number) {
  if (!Number.isFinite(number)) return number < 0 ? '-inf' : 'inf';
  if (Object.is(number, -0)) return '-0.0';
  const size = Math.abs(number);
  if (number && (size >= 1e16 || size < 1e-4)) return number.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return Number.isInteger(number) ? `${number}.0` : String(number);
}

/** @param {number} microseconds */
function rounded(microseconds) {
  return Math.round(microseconds * 10) / 10;
}
