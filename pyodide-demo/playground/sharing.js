/** The Share panel: a link that carries the program, files for Jupyter and for reading, and opening them again. */

import { byId, download } from './dom.js';
import { fromNotebook, toFragment, toMarkdown, toNotebook } from './exchange.js';
import { KNOWN, ofFile } from './languages.js';

/** @typedef {(text: string, kind?: '' | 'good' | 'bad') => void} Say */

/**
 * @typedef {object} Way
 * @property {() => string} text the program
 * @property {() => string} language
 * @property {() => import('../runner/protocol.js').RunEvent[]} events of its last run
 * @property {(code: string, language: string) => Promise<void>} open
 * @property {Say} say
 */

/** @param {Way} way */
export function connectSharing(way) {
  const { text, language, events } = way;
  byId('share').addEventListener('click', () => void share(way));
  byId('as-notebook').addEventListener('click', () => download('playground.ipynb', toNotebook(text(), language(), events()), 'application/x-ipynb+json'));
  byId('as-program').addEventListener('click', () => download(`playground.${KNOWN[language()].ending}`, text(), 'text/plain'));
  byId('as-markdown').addEventListener('click', () => download('playground.md', toMarkdown(text(), language(), events()), 'text/markdown'));
  byId('open').addEventListener('change', (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.files?.[0]) void openFile(field.files[0], way).finally(() => { field.value = ''; });
  });
}

/** @type {(text: string, what: string, say: Say) => Promise<void>} */
export async function copy(text, what, say) {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} is copied`, 'good');
  } catch {
    say('This browser lets no page copy: mark it and copy it yourself', 'bad');
  }
}

/** @param {Way} way */
async function share({ text, language, say }) {
  const link = /** @type {HTMLInputElement} */ (byId('link'));
  link.value = new URL(await toFragment(text(), language()), location.href).href;
  byId('share-note').textContent = `${link.value.length} characters`;
  await copy(link.value, 'The link', say);
}

/** @type {(file: File, way: Way) => Promise<void>} */
async function openFile(file, { language, open, say }) {
  const text = await file.text();
  try {
    const { code, language: name } = file.name.endsWith('.ipynb') ? fromNotebook(text) : { code: text, language: ofFile(file.name) || language() };
    await open(code, name);
    say(`${file.name} is open`, 'good');
  } catch (error) {
    say(`${file.name}: ${/** @type {Error} */ (error).message}`, 'bad');
  }
}
