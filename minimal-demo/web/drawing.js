/** Draws the record of a round trip as a list: one row a crossing, its arrow from the side it left. */

/**
 * @typedef {import('./record.js').Crossing} Crossing
 * @typedef {import('./recorder.js').Kind} Kind
 */

/** The rows that a long trip keeps at its start and at its end. */
const HEAD = 12;
const TAIL = 8;

/** @type {Record<Kind, {from: 'js' | 'wasm', words: string}>} */
const KINDS = {
  'call': { from: 'js', words: 'JavaScript calls the export' },
  'host call': { from: 'wasm', words: 'Wasm calls the import' },
  'host return': { from: 'js', words: 'the import returns' },
  'host throw': { from: 'js', words: 'the import throws' },
  'return': { from: 'wasm', words: 'the export returns' },
  'trap': { from: 'wasm', words: 'Wasm stops here; JavaScript gets an exception' },
  'throw': { from: 'wasm', words: 'the exception passes through Wasm' },
};

/**
 * @param {HTMLElement} list an `<ol>`, emptied first
 * @param {import('./record.js').RoundTrip} trip
 */
export function drawTrip(list, { crossings, missed }) {
  const rows = crossings.map(row);
  const left = rows.length > HEAD + TAIL + 1 ? rows.length - HEAD - TAIL : 0;
  const shown = left ? [...rows.slice(0, HEAD), gap(left + missed), ...rows.slice(-TAIL)] : rows;
  list.replaceChildren(...shown);
  list.dataset.ends = crossings.at(-1)?.kind ?? '';
}

/**
 * @param {Crossing} crossing
 * @param {number} index
 */
function row(crossing, index) {
  const { from, words } = KINDS[crossing.kind];
  const item = element('li', 'crossing');
  item.dataset.from = from;
  item.dataset.kind = crossing.kind;
  item.style.setProperty('--row', String(index));
  item.append(
    element('span', 'hidden', from === 'js' ? 'JavaScript to WebAssembly: ' : 'WebAssembly to JavaScript: '),
    element('code', 'what', codeOf(crossing)),
    element('span', 'words', isReturn(crossing) && !crossing.values.length ? `${words} nothing` : words),
    element('span', 'arrow'),
  );
  return item;
}

/** @param {Crossing} crossing */
function isReturn({ kind }) {
  return kind === 'return' || kind === 'host return';
}

/** @param {Crossing} crossing */
function codeOf({ kind, name, values }) {
  const inside = values.map(({ value }) => value).join(', ');
  switch (kind) {
    case 'call':
    case 'host call':
      return `${name}(${inside})`;
    case 'return':
    case 'host return':
      return `return ${inside}`.trim();
    default:
      return kind === 'trap' ? '✕ trap' : '✕ exception';
  }
}

/** @param {number} count */
function gap(count) {
  return element('li', 'gap', `… ${count.toLocaleString('en')} more crossings …`);
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} text
 */
function element(tag, className, text = '') {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  if (className === 'arrow') made.ariaHidden = 'true';
  return made;
}
