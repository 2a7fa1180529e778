/** What a field's text becomes on its way into a Wasm `i32`, and the words for it where that is a surprise. */

/**
 * @typedef {object} Argument
 * @property {number} value what JavaScript passes
 * @property {string} note why Wasm gets something else; empty where it does not
 */

/**
 * Read a number field as JavaScript's `Number(text)` does.
 * @param {string} name
 * @param {string} text
 * @param {boolean} unreadable the browser found no number in what was typed
 * @returns {Argument}
 */
export function readArgument(name, text, unreadable) {
  if (unreadable) return { value: NaN, note: `${name} is not a number: JavaScript passes NaN, and Wasm receives 0.` };
  if (text.trim() === '') return { value: 0, note: `${name} is empty: Number('') is 0, so JavaScript passes 0.` };
  const value = Number(text);
  return { value, note: value === toInt32(value) ? '' : `${name}: JavaScript passes ${value}. ${why(value)}` };
}

/**
 * The conversion that the engine makes for every `i32` parameter: drop the fraction, keep the low 32 bits.
 * @param {number} value
 */
export function toInt32(value) {
  return value | 0;
}

/** @param {number} value */
function why(value) {
  const received = toInt32(value);
  const whole = Math.trunc(value);
  if (Object.is(whole, received) || whole === received) return `An i32 has no fraction: Wasm receives ${received}.`;
  return `An i32 keeps the lowest 32 bits (ToInt32): Wasm receives ${received}.`;
}
