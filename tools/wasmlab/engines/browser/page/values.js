/** Values as they cross to the page, and bytes as text. */

/** @typedef {import('./messages.js').Bits} Bits */

/** Host objects by their number, for externref. @type {Map<number, object>} */
const objects = new Map();

/**
 * @param {string} type
 * @param {any} value
 * @returns {Bits}
 */
export function toBits(type, value) {
  if (type === 'i32' || type === 'f32') return value >>> 0;
  if (type === 'i64' || type === 'f64') return BigInt.asUintN(64, value).toString();
  if (value === null) return 0;
  return type === 'funcref' ? 1 : [...objects].find(([, object]) => object === value)?.[0] ?? 0;
}

/**
 * @param {string} type
 * @param {Bits} bits
 */
export function fromBits(type, bits) {
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
export function allToBits(types, raw) {
  const values = types.length > 1 ? [...raw] : types.length ? [raw] : [];
  return types.map((type, index) => toBits(type, values[index]));
}

/** @param {string} text */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), char => char.charCodeAt(0));
}

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.slice(at, at + 0x8000));
  return btoa(text);
}

/** @param {unknown} error */
export function told(error) {
  if (error instanceof Error) return { name: error.name, message: error.message, stack: String(error.stack) };
  const name = /** @type {any} */ (error)?.constructor?.name ?? typeof error;
  return { name, message: 'an exception left the module', stack: '' };
}
