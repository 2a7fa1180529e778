/** Shows values as text, as Node's console does, bounded in depth, in items and in length. */

const DEPTH = 3;
const ITEMS = 100;
const TEXT = 10_000;
const WIDTH = 72;

/**
 * @param {unknown} value
 * @param {number} [depth] levels of containers that are opened
 * @returns {string}
 */
export function inspect(value, depth = DEPTH) {
  try {
    return cut(shown(value, depth, []));
  } catch (error) {
    return `<unreadable: ${error instanceof Error ? error.name : 'it threw'}>`;
  }
}

/** @type {(text: string) => string} */
const cut = text => (text.length > TEXT ? `${text.slice(0, TEXT)}… (${text.length} characters)` : text);

/** @type {(value: any, depth: number, above: object[]) => string} */
function shown(value, depth, above) {
  switch (typeof value) {
    case 'string': return quoted(value);
    case 'bigint': return `${value}n`;
    case 'symbol': return value.toString();
    case 'number': return Object.is(value, -0) ? '-0' : String(value);
    case 'function': return functionText(value);
    case 'object': return value === null ? 'null' : objectText(value, depth, above);
    default: return String(value);
  }
}

/** @type {(text: string) => string} */
function quoted(text) {
  const quote = !text.includes("'") ? "'" : !text.includes('"') ? '"' : '`';
  const escapes = /** @type {Record<string, string>} */ ({ '\n': '\\n', '\t': '\\t', '\r': '\\r', '\\': '\\\\' });
  return quote + cut(text).replace(/[\n\t\r\\]/g, mark => escapes[mark]) + quote;
}

/** @type {(value: Function) => string} */
function functionText(value) {
  const isClass = /^class\b/.test(Function.prototype.toString.call(value));
  return `[${isClass ? 'class' : 'Function'}${value.name ? `${isClass ? ' ' : ': '}${value.name}` : isClass ? '' : ' (anonymous)'}]`;
}

/** @type {(value: any, depth: number, above: object[]) => string} */
function objectText(value, depth, above) {
  if (above.includes(value)) return '[Circular]';
  if (value instanceof Error) return value.stack && depth === DEPTH ? errorText(value) : `[${value.name}: ${value.message}]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Promise) return 'Promise {}';
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return `[${value.constructor.name}: ${shown(value.valueOf(), depth, above)}]`;
  const name = prefixOf(value);
  if (depth <= 0) return `[${name || 'Object'}]`;
  const inner = [...above, value];
  /** @type {(item: any) => string} */
  const deeper = item => shown(item, depth - 1, inner);
  if (Array.isArray(value)) return grouped(name === 'Array' ? '' : name, '[', ']', elements(value, deeper));
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return grouped(`${name}(${/** @type {any} */ (value).length})`, '[', ']', elements(/** @type {any} */ (value), deeper));
  }
  if (value instanceof Map) {
    const pairs = [...value].slice(0, ITEMS).map(([key, item]) => `${deeper(key)} => ${deeper(item)}`);
    return grouped(`Map(${value.size})`, '{', '}', [...pairs, ...more(value.size)]);
  }
  if (value instanceof Set) return grouped(`Set(${value.size})`, '{', '}', [...[...value].slice(0, ITEMS).map(deeper), ...more(value.size)]);
  return grouped(name === 'Object' ? '' : name, '{', '}', properties(value, deeper));
}

/** @type {(error: Error) => string} */
const errorText = error => `${error.name}: ${error.message}`;

/** @type {(value: object) => string} */
function prefixOf(value) {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null) return '[Object: null prototype]';
  const maker = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value ?? value.constructor;
  return typeof maker === 'function' ? maker.name : 'Object';
}

/** @type {(list: ArrayLike<any>, deeper: (item: any) => string) => string[]} */
function elements(list, deeper) {
  const texts = [];
  let empty = 0;
  const flush = () => {
    if (empty) texts.push(`<${empty} empty item${empty > 1 ? 's' : ''}>`);
    empty = 0;
  };
  for (let index = 0; index < list.length && texts.length < ITEMS; index++) {
    if (index in list) {
      flush();
      texts.push(deeper(list[index]));
    } else empty++;
  }
  flush();
  return [...texts, ...more(list.length)];
}

/** @type {(value: object, deeper: (item: any) => string) => string[]} */
function properties(value, deeper) {
  const keys = Reflect.ownKeys(value).filter(key => Object.prototype.propertyIsEnumerable.call(value, key));
  const texts = keys.slice(0, ITEMS).map((key) => {
    const { get, set, value: item } = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(value, key));
    const name = typeof key === 'symbol' ? `[${key.toString()}]` : /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? key : quoted(key);
    return `${name}: ${get ? (set ? '[Getter/Setter]' : '[Getter]') : set ? '[Setter]' : deeper(item)}`;
  });
  return [...texts, ...more(keys.length)];
}

/** @type {(count: number) => string[]} */
const more = count => (count > ITEMS ? [`… ${count - ITEMS} more`] : []);

/** @type {(name: string, open: string, close: string, parts: string[]) => string} */
function grouped(name, open, close, parts) {
  const before = name ? `${name} ` : '';
  if (!parts.length) return `${before}${open}${close}`;
  const line = `${before}${open} ${parts.join(', ')} ${close}`;
  if (line.length <= WIDTH && !line.includes('\n')) return line;
  return `${before}${open}\n${parts.map(part => `  ${part.replaceAll('\n', '\n  ')}`).join(',\n')}\n${close}`;
}

/**
 * Put arguments into one text as `console.log` does: `%s %d %i %f %o %O %j %c %%` in the first one.
 * @param {unknown[]} values
 */
export function format(values) {
  const rest = [...values];
  let text = '';
  if (typeof rest[0] === 'string') {
    text = String(rest.shift()).replace(/%([sdifoOjc%])/g, (mark, kind) => {
      if (kind === '%') return '%';
      if (!rest.length) return mark;
      const value = rest.shift();
      if (kind === 'c') return '';
      if (kind === 's') return typeof value === 'string' ? value : inspect(value, 1);
      if (kind === 'j') return JSON.stringify(value) ?? 'undefined';
      if (kind === 'o' || kind === 'O') return inspect(value);
      if (typeof value === 'symbol' || typeof value === 'object') return 'NaN';
      return String(kind === 'd' ? Number(value) : kind === 'i' ? Number.parseInt(String(value), 10) : Number.parseFloat(String(value)));
    });
    if (rest.length) text += ' ';
  }
  return text + rest.map(value => (typeof value === 'string' ? value : inspect(value))).join(' ');
}
