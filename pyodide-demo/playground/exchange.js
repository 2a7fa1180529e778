/** Programs in the forms of others: Jupyter notebooks, Markdown; and as a link that carries the program. */

import { KNOWN, ofKernel } from './languages.js';
import { TABLE } from './rich.js';

/** @typedef {import('../runner/protocol.js').RunEvent} RunEvent */

const MOST = 5_000_000; // characters of an opened notebook or a link's program
const FIELDS = /** @type {Record<string, string[]>} */ ({
  stream: ['name', 'text'], display_data: ['data', 'metadata'], execute_result: ['data', 'metadata', 'execution_count'], error: ['ename', 'evalue', 'traceback'],
});

/** A run's events are a notebook's outputs as they stand. @type {(events: RunEvent[]) => any[]} */
export function outputsOf(events) {
  /** @type {any[]} */
  const outputs = [];
  for (const event of events) {
    if (event.type === 'clear_output') outputs.length = 0;
    if (!FIELDS[event.type]) continue;
    const last = outputs.at(-1);
    if (event.type === 'stream' && last?.output_type === 'stream' && last.name === event.name) last.text += event.text;
    else outputs.push({ output_type: event.type, ...Object.fromEntries(FIELDS[event.type].map(field => [field, event[field]])) });
  }
  return outputs;
}

/** `# %%` begins a cell, as in Spyder, VS Code and Jupytext. @type {(code: string, language: string) => {kind: 'code' | 'markdown', text: string}[]} */
export function cellsOf(code, language) {
  const { comment } = KNOWN[language];
  const mark = new RegExp(`^${comment.replace(/[/]/g, '\\/')} ?%%.*$`);
  /** @type {{kind: 'code' | 'markdown', lines: string[]}[]} */
  const cells = [{ kind: 'code', lines: [] }];
  for (const line of code.split('\n')) {
    if (mark.test(line)) cells.push({ kind: line.includes('[markdown]') ? 'markdown' : 'code', lines: [] });
    else cells[cells.length - 1].lines.push(line);
  }
  const bare = new RegExp(`^${comment.replace(/[/]/g, '\\/')} ?`);
  return cells.map(({ kind, lines }) => ({ kind, text: (kind === 'code' ? lines : lines.map(line => line.replace(bare, ''))).join('\n').trim() }))
    .filter(({ text }) => text);
}

/**
 * @param {string} code
 * @param {string} language
 * @param {RunEvent[]} events of the last run of all of it; they stand under the last cell
 */
export function toNotebook(code, language, events) {
  const cells = cellsOf(code, language);
  const last = cells.findLastIndex(({ kind }) => kind === 'code');
  /** @type {(text: string) => string[]} */
  const lines = text => text.split(/(?<=\n)/);
  return JSON.stringify({
    nbformat: 4, nbformat_minor: 5,
    metadata: { kernelspec: { name: KNOWN[language].kernel, display_name: KNOWN[language].title, language }, language_info: { name: language } },
    cells: cells.map(({ kind, text }, at) => ({
      cell_type: kind, id: `cell-${at + 1}`, metadata: {}, source: lines(text),
      ...(kind === 'code' ? { execution_count: null, outputs: at === last ? outputsOf(events).map(forNotebook) : [] } : {}),
    })),
  }, null, 1);
}

/** What only this page draws others show as text. @param {any} output */
function forNotebook(output) {
  if (!output.data?.[TABLE]) return output;
  const { [TABLE]: _, ...data } = output.data;
  return { ...output, data };
}

/**
 * @param {string} json
 * @returns {{code: string, language: string}}
 * @throws {Error} it is no notebook
 */
export function fromNotebook(json) {
  let notebook;
  try {
    notebook = json.length > MOST ? null : JSON.parse(json);
  } catch {
    notebook = null;
  }
  if (!Array.isArray(notebook?.cells)) throw new Error('this is no notebook of Jupyter (nbformat 4)');
  const language = ofKernel(String(notebook.metadata?.kernelspec?.language ?? notebook.metadata?.language_info?.name ?? notebook.metadata?.kernelspec?.name ?? 'python'));
  const { comment } = KNOWN[language];
  const cells = notebook.cells.filter((/** @type {any} */ cell) => cell?.cell_type === 'code' || cell?.cell_type === 'markdown');
  const texts = cells.map((/** @type {any} */ { cell_type: kind, source }) => {
    const text = String(Array.isArray(source) ? source.join('') : source ?? '');
    if (kind === 'code') return `${comment} %%\n${text}`;
    return `${comment} %% [markdown]\n${text.split('\n').map(line => `${comment} ${line}`.trimEnd()).join('\n')}`;
  });
  const code = texts.join('\n\n');
  return { code: cells.length === 1 && cells[0].cell_type === 'code' ? code.replace(/^.*\n/, '') : code, language };
}

/** @type {(code: string, language: string, events: RunEvent[]) => string} */
export function toMarkdown(code, language, events) {
  const parts = cellsOf(code, language).map(({ kind, text }) => (kind === 'code' ? fenced(language, text) : text));
  const said = outputsOf(events).map(output => output.text ?? output.data?.['text/plain'] ?? output.traceback?.join('\n') ?? '').join('\n').trim();
  return `${parts.join('\n\n')}\n${said ? `\n${fenced('text', said)}\n` : ''}`;
}

/** A fence longer than any in the text. @type {(language: string, text: string) => string} */
function fenced(language, text) {
  const longest = Math.max(2, ...[...text.matchAll(/^`{3,}/gm)].map(([mark]) => mark.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** @type {(code: string, language: string) => Promise<string>} */
export async function toFragment(code, language) {
  const stream = new Blob([code]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  return `#${language}.${base64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')}`;
}

/**
 * @param {string} fragment of the page's address
 * @returns {Promise<{code: string, language: string} | null>} null where it carries no program
 */
export async function fromFragment(fragment) {
  const [, language, packed] = /^#([a-z]+)\.([\w-]+)$/.exec(fragment) ?? [];
  if (!packed || !KNOWN[language]) return null;
  try {
    const stream = new Blob([bytesOf(packed.replace(/-/g, '+').replace(/_/g, '/'))]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    let code = '';
    for await (const text of textsOf(stream)) {
      code += text;
      if (code.length > MOST) return null; // a small link can unfold to anything
    }
    return { code, language };
  } catch {
    return null;
  }
}

/** @param {ReadableStream<any>} stream */
async function* textsOf(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

/** @type {(bytes: Uint8Array) => string} */
export function base64(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}

/** @type {(text: string) => Uint8Array<ArrayBuffer>} */
export const bytesOf = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
