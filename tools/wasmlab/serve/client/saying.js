/** Turns what was given to `console.log` into one line of text, and finds where it was said. */

/** Longer texts are cut: a terminal is no place for a megabyte. */
const LONGEST = 4000;
const DEEPEST = 3;
const WIDEST = 20;

/** @param {unknown[]} args */
export function textOf(args) {
  const [first, ...rest] = args;
  const words = typeof first === 'string' && first.includes('%') ? filled(first, rest) : args.map(one => shown(one));
  const text = words.join(' ');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
}

/** The console's own format marks; a style (`%c`) has no place in a terminal. @type {(format: string, args: unknown[]) => string[]} */
function filled(format, args) {
  const left = [...args];
  const text = format.replace(/%([sdifoOc%])/g, (mark, kind) => {
    if (kind === '%') return '%';
    if (!left.length) return mark;
    const value = left.shift();
    if (kind === 'c') return '';
    if (kind === 'd' || kind === 'i') return String(Math.trunc(Number(value)));
    return kind === 'f' ? String(Number(value)) : shown(value);
  });
  return [text, ...left.map(one => shown(one))];
}

/** @type {(value: unknown, depth?: number) => string} */
function shown(value, depth = 0) {
  if (typeof value === 'string') return depth ? JSON.stringify(value) : value;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return object(value, depth);
  } catch {
    return Object.prototype.toString.call(value); // a getter that throws, a revoked proxy
  }
}

/** @type {(value: object, depth: number) => string} */
function object(value, depth) {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Node) return value instanceof Element ? `<${value.localName}>` : value.nodeName;
  if (depth >= DEEPEST) return Array.isArray(value) ? '[…]' : '{…}';
  if (value instanceof Map || value instanceof Set) return `${value.constructor.name} ${shown([...value].slice(0, WIDEST), depth + 1)}`;
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && Symbol.iterator in value)) {
    const items = Array.from(/** @type {ArrayLike<unknown>} */ (value).length > WIDEST ? Array.prototype.slice.call(value, 0, WIDEST) : /** @type {ArrayLike<unknown>} */ (value));
    return `[${items.map(one => shown(one, depth + 1)).join(', ')}${/** @type {ArrayLike<unknown>} */ (value).length > WIDEST ? ', …' : ''}]`;
  }
  const fields = Object.entries(value).slice(0, WIDEST).map(([key, one]) => `${key}: ${shown(one, depth + 1)}`);
  const name = value.constructor?.name;
  return `${name && name !== 'Object' ? `${name} ` : ''}{${fields.join(', ')}}`;
}

/** @typedef {{url: string, line: number, column: number}} Place */

/** The first place in a stack that is not in the file `own`. @type {(error: Error, own: string) => Partial<Place>} */
export function callerOf(error, own) {
  return places(error).find(place => place.url !== own) ?? {};
}

/** Where an error was made. @type {(error: Error) => Partial<Place>} */
export function placeOf(error) {
  return places(error)[0] ?? {};
}

/** V8 writes `at name (url:1:2)`, Firefox and Safari `name@url:1:2`. @param {Error} error @returns {Place[]} */
function places(error) {
  const found = (error.stack ?? '').matchAll(/(https?:\/\/[^\s()@]+?):(\d+):(\d+)/g);
  return [...found].map(match => ({ url: match[1], line: Number(match[2]), column: Number(match[3]) }));
}
