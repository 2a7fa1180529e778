/** One instance in a worker of its own: records what crosses, answers for the hosts, reports traps. */

/**
 * @typedef {import('./messages.js').Bits} Bits
 * @typedef {import('./messages.js').Shape} Shape
 * @typedef {import('./messages.js').Host} Host
 * @typedef {import('./messages.js').Crossing} Crossing
 * @typedef {import('./messages.js').Outcome} Outcome
 */

/** So many crossings are sent one by one, so that a call that never ends still shows them. */
const AT_ONCE = 200;
const BATCH = 500;

Object.assign(Error, { stackTraceLimit: 100 }); // V8 gives 10 otherwise

/** @type {WebAssembly.Instance | null} */
let instance = null;
/** @type {Map<string, Function>} */
const callables = new Map();
/** Host objects by their number, for externref. @type {Map<number, object>} */
const objects = new Map();
/** @type {Crossing[]} */
let pending = [];
let seen = 0;
let kept = 0;
let depth = 0;
let start = 0;
/** The name of the exported memory, where there is one. */
let memoryName = '';

onmessage = async ({ data }) => {
  pending = [];
  seen = depth = 0;
  start = performance.now();
  const outcome = perform(data);
  const milliseconds = performance.now() - start;
  postMessage({ crossings: pending, back: true, outcome: null });
  const missed = Math.max(0, seen - kept);
  postMessage({ crossings: [], outcome: { ...outcome, milliseconds, missed, hash: await memoryHash(data.do) } });
};

/** @param {string} done what has been done: reading leaves the memory as it is */
async function memoryHash(done) {
  const memory = /** @type {WebAssembly.Memory | undefined} */ (memoryName ? instance?.exports[memoryName] : undefined);
  if (!memory || (done !== 'open' && done !== 'call')) return '';
  const bytes = new Uint8Array(memory.buffer);
  const own = memory.buffer instanceof ArrayBuffer ? bytes : bytes.slice(); // a shared one is refused
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', /** @type {Uint8Array<ArrayBuffer>} */ (own)));
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * @param {import('./messages.js').Request} request
 * @returns {Outcome}
 */
function perform(request) {
  switch (request.do) {
    case 'open': return open(request.opening);
    case 'call': return call(request.name, request.shape, request.args);
    case 'memory': return memory(request.name, request.start, request.length);
    case 'global': return { results: [toBits(request.type, readGlobal(request.name, request.type))] };
    default: throw new Error(`unknown request ${JSON.stringify(request)}`);
  }
}

/**
 * @param {import('./messages.js').Opening} opening
 * @returns {Outcome}
 */
function open(opening) {
  kept = opening.kept;
  memoryName = opening.memory;
  let module;
  try {
    module = new WebAssembly.Module(fromBase64(opening.wasm));
  } catch (error) {
    return { error: told(error), refused: 'compile' };
  }
  /** @type {Record<string, Record<string, Function>>} */
  const imports = {};
  opening.hosts.forEach((host, place) => {
    (imports[host.module] ??= {})[host.name] = bridged(host, recorded(host, place));
  });
  try {
    instance = new WebAssembly.Instance(module, /** @type {WebAssembly.Imports} */ (imports));
    return { results: [] };
  } catch (error) {
    return { error: told(error), ...(error instanceof WebAssembly.LinkError ? { refused: 'link' } : {}) };
  }
}

/**
 * @param {string} name
 * @param {Shape} shape
 * @param {Bits[]} args
 * @returns {Outcome}
 */
function call(name, shape, args) {
  const found = callables.get(name) ?? bridged(shape, /** @type {Function} */ (instance?.exports[name]));
  callables.set(name, found);
  const values = shape.params.map((type, place) => fromBits(type, args[place]));
  try {
    return { results: allToBits(shape.results, found(...values)) };
  } catch (error) {
    return { error: told(error) };
  }
}

/**
 * @param {string} name
 * @param {number} start
 * @param {number} length
 * @returns {Outcome}
 */
function memory(name, start, length) {
  const found = /** @type {WebAssembly.Memory} */ (instance?.exports[name]);
  const size = found.buffer.byteLength;
  if (start < 0 || length < 0 || start + length > size) return { size };
  const bytes = new Uint8Array(found.buffer, start, length);
  let text = '';
  for (let at = 0; at < length; at += 0x8000) text += String.fromCharCode(...bytes.slice(at, at + 0x8000));
  return { size, bytes: btoa(text) };
}

/**
 * The bits of a NaN in a global are the engine's own choice once JavaScript has seen them.
 * @param {string} name
 * @param {string} type
 */
function readGlobal(name, type) {
  const { value } = /** @type {WebAssembly.Global} */ (instance?.exports[name]);
  if (type === 'f32') return new Int32Array(new Float32Array([value]).buffer)[0];
  return type === 'f64' ? new BigInt64Array(new Float64Array([value]).buffer)[0] : value;
}

/**
 * @param {Shape} shape
 * @param {Function} inner
 * @returns {Function}
 */
function bridged(shape, inner) {
  if (!shape.bridge) return inner;
  const module = new WebAssembly.Module(fromBase64(shape.bridge));
  const made = new WebAssembly.Instance(module, /** @type {WebAssembly.Imports} */ ({ m: { f: inner } }));
  return /** @type {Function} */ (made.exports.f);
}

/**
 * @param {Host} host
 * @param {number} place
 */
function recorded(host, place) {
  const answers = [...host.answers];
  return (/** @type {unknown[]} */ ...args) => {
    depth++;
    note(place, false, host.params.map((type, index) => toBits(type, args[index])));
    const answer = answers.length > 1 ? /** @type {Bits[]} */ (answers.shift()) : answers[0];
    note(place, true, answer);
    depth--;
    const values = host.results.map((type, index) => fromBits(type, answer[index]));
    return values.length > 1 ? values : values[0];
  };
}

/** @type {(place: number, back: boolean, values: Bits[]) => void} */
function note(place, back, values) {
  if (++seen > kept) return;
  pending.push([place, back, values, depth, performance.now() - start]);
  if (seen <= AT_ONCE || pending.length >= BATCH || seen === kept) {
    postMessage({ crossings: pending, outcome: null });
    pending = [];
  }
}

/**
 * @param {string} type
 * @param {any} value
 * @returns {Bits}
 */
function toBits(type, value) {
  if (type === 'i32' || type === 'f32') return value >>> 0;
  if (type === 'i64' || type === 'f64') return BigInt.asUintN(64, value).toString();
  if (value === null) return 0;
  return type === 'funcref' ? 1 : [...objects].find(([, object]) => object === value)?.[0] ?? 0;
}

/**
 * @param {string} type
 * @param {Bits} bits
 */
function fromBits(type, bits) {
  if (type === 'i32') return Number(bits) | 0;
  if (type === 'i64') return BigInt.asIntN(64, BigInt(bits));
  const number = Number(bits);
  if (number === 0) return null;
  if (!objects.has(number)) objects.set(number, { number });
  return objects.get(number);
}

/**
 * @param {string[]} types
 * @param {any} raw
 */
function allToBits(types, raw) {
  const values = types.length > 1 ? [...raw] : types.length ? [raw] : [];
  return types.map((type, index) => toBits(type, values[index]));
}

/** @param {unknown} error */
function told(error) {
  if (error instanceof Error) return { name: error.name, message: error.message, stack: String(error.stack) };
  const name = /** @type {any} */ (error)?.constructor?.name ?? typeof error;
  return { name, message: 'an exception left the module', stack: '' };
}

/** @param {string} text */
function fromBase64(text) {
  return Uint8Array.from(atob(text), char => char.charCodeAt(0));
}
