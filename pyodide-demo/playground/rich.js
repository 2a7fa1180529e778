/** Shows rich results. What a program shows is a stranger's: it never becomes a part of the page as HTML. */

import { make } from './dom.js';

export const TABLE = 'application/vnd.wasmlab.table+json';

/** Return the richest form of a result. @type {(data: Record<string, any>) => HTMLElement} */
export function richest(data) {
  const text = String(data['text/plain'] ?? '');
  if (Array.isArray(data[TABLE]?.fields)) return table(data[TABLE]);
  const svg = data['image/svg+xml'];
  if (svg) return picture(`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`, text);
  for (const type of ['image/png', 'image/jpeg']) {
    if (data[type]) return picture(`data:${type};base64,${data[type]}`, text);
  }
  if (data['text/html']) return framed(data['text/html']);
  return make('pre', '', text || String(data['text/markdown'] ?? data['text/latex'] ?? JSON.stringify(data['application/json'] ?? '')));
}

/** An image runs no scripts, whatever is in it. @type {(source: string, text: string) => HTMLElement} */
const picture = (source, text) => make('img', { src: source, alt: text || 'What the program shows' });

/** HTML stays in a frame without scripts and without a network. @type {(html: string) => HTMLElement} */
function framed(html) {
  const frame = make('iframe', { sandbox: '', title: 'What the program shows' });
  frame.setAttribute('sandbox', '');
  /** @type {HTMLIFrameElement} */ (frame).srcdoc = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">`
    + `<meta name="color-scheme" content="light dark"><style>body{font:1rem/1.5 system-ui,sans-serif;margin:.5rem}table{border-collapse:collapse}td,th{border:1px solid #8888;padding:.15rem .5rem}</style>${html}`;
  return frame;
}

/** @type {(given: {fields: string[], rows: any[][], total: number}) => HTMLElement} */
function table({ fields, rows, total }) {
  const head = make('tr', '', ...fields.map(name => make('th', { scope: 'col' }, String(name))));
  const body = rows.map(row => make('tr', '', ...row.map(cell => (
    cell === null ? make('td', 'null', 'NULL') : make('td', typeof cell === 'number' ? 'number' : '', String(cell))))));
  const count = total > rows.length ? `${total} rows, the first ${rows.length} shown` : `${total} row${total === 1 ? '' : 's'}`;
  const drawn = make('table', '', make('thead', '', head), make('tbody', '', ...body));
  return make('div', { class: 'scroll', role: 'group', 'aria-label': `Table, ${count}`, tabindex: '0' }, drawn, make('p', 'soft', count));
}
