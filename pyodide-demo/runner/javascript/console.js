/** The console that a program sees: what it says becomes text on stdout and stderr, and tables. */

/**
 * @typedef {object} Way
 * @property {(name: 'stdout' | 'stderr', text: string) => void} write
 * @property {(data: Record<string, any>) => void} show
 * @property {() => void} clear
 * @property {(values: unknown[]) => string} format
 * @property {(value: unknown, depth?: number) => string} inspect
 * @property {() => string} trace where the program is
 */

const ROWS = 1000;

/**
 * @param {Way} way
 * @returns {Record<string, (...values: any[]) => void>}
 */
export function makeConsole({ write, show, clear, format, inspect, trace }) {
  let indent = '';
  /** @type {Map<string, number>} */
  const counts = new Map();
  /** @type {Map<string, number>} */
  const times = new Map();

  /** @type {(name: 'stdout' | 'stderr', text: string) => void} */
  const say = (name, text) => write(name, `${indent}${indent ? text.replaceAll('\n', `\n${indent}`) : text}\n`);
  /** @type {(name: 'stdout' | 'stderr') => (...values: unknown[]) => void} */
  const sayer = name => (...values) => say(name, format(values));
  const log = sayer('stdout');
  const warn = sayer('stderr');
  const group = (/** @type {unknown[]} */ ...values) => {
    if (values.length) log(...values);
    indent += '  ';
  };
  /** @type {(label: string, more: unknown[]) => void} */
  const tellTime = (label, more) => {
    const since = times.get(label);
    if (since === undefined) warn(`there is no timer ${label}`);
    else log(`${label}: ${(performance.now() - since).toFixed(3)} ms`, ...more);
  };

  return {
    log, info: log, debug: log, warn, error: warn,
    dir: (/** @type {unknown} */ value) => say('stdout', inspect(value)),
    dirxml: log,
    table: (/** @type {any} */ data, /** @type {string[]} */ columns) => {
      const table = tableOf(data, inspect, columns);
      if (table) show(table);
      else log(data);
    },
    assert: (/** @type {unknown} */ holds, ...values) => {
      if (!holds) warn(...(values.length ? ['Assertion failed:', ...values] : ['Assertion failed']));
    },
    count: (label = 'default') => {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      log(`${label}: ${counts.get(label)}`);
    },
    countReset: (label = 'default') => { counts.delete(label); },
    group, groupCollapsed: group,
    groupEnd: () => { indent = indent.slice(2); },
    time: (label = 'default') => { times.set(label, performance.now()); },
    timeLog: (label = 'default', ...more) => tellTime(label, more),
    timeEnd: (label = 'default', ...more) => {
      tellTime(label, more);
      times.delete(label);
    },
    trace: (...values) => warn(`Trace${values.length ? `: ${format(values)}` : ''}\n${trace()}`),
    clear: () => {
      indent = '';
      clear();
    },
  };
}

/** @type {(data: any, inspect: Way['inspect'], columns?: string[]) => Record<string, any> | null} */
function tableOf(data, inspect, columns) {
  if (typeof data !== 'object' || data === null) return null;
  const entries = data instanceof Map ? [...data] : data instanceof Set ? [...data].map((item, index) => [index, item]) : Object.entries(data);
  const rows = entries.slice(0, ROWS);
  const names = columns ?? [...new Set(rows.flatMap(([, row]) => (isRecord(row) ? Object.keys(row) : [])))];
  const plain = rows.some(([, row]) => !isRecord(row));
  const fields = ['(index)', ...names, ...(plain ? ['Values'] : [])];
  const made = rows.map(([key, row]) => fields.map((field, at) => {
    if (at === 0) return String(key);
    const own = isRecord(row) ? Object.hasOwn(row, field) : field === 'Values' && at === fields.length - 1;
    if (!own) return '';
    const value = isRecord(row) ? row[field] : row;
    return typeof value === 'number' ? value : typeof value === 'string' ? value : inspect(value, 1);
  }));
  return dataOf(fields, made, entries.length);
}

/** @type {(row: unknown) => row is Record<string, any>} */
const isRecord = row => typeof row === 'object' && row !== null;

/**
 * A table in two forms: as text, and as rows that a page can draw.
 * @param {string[]} fields
 * @param {any[][]} rows
 * @param {number} total rows that there were
 */
export function dataOf(fields, rows, total) {
  const cells = [fields, ...rows.map(row => row.map(cell => (cell === null ? 'NULL' : String(cell))))];
  const widths = fields.map((_, at) => Math.max(...cells.map(row => row[at].length)));
  const lines = cells.map(row => row.map((cell, at) => cell.padEnd(widths[at])).join('  ').trimEnd());
  lines.splice(1, 0, widths.map(width => '-'.repeat(width)).join('  '));
  if (total > rows.length) lines.push(`… ${total - rows.length} more rows`);
  return { 'text/plain': lines.join('\n'), 'application/vnd.wasmlab.table+json': { fields, rows, total } };
}
