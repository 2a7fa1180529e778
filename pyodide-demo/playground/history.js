/** Earlier runs: what ran, what was answered, what came of it. Kept in this browser, bounded in number. */

import { button, byId, duration, make } from './dom.js';
import { forget, forgetAll, keep, recallAll } from './store.js';
import { KNOWN } from './languages.js';

const MOST = 100;
const MOST_TEXT = 20_000;

/**
 * @typedef {object} Past
 * @property {string} id
 * @property {number} at when, as a time stamp
 * @property {string} language
 * @property {string} code
 * @property {string[]} inputs
 * @property {string} output
 * @property {number} runtime in milliseconds
 * @property {string} status
 */

export class History {
  /** @param {(past: Past) => void} onRestore */
  constructor(onRestore) {
    this.onRestore = onRestore;
    this.search = /** @type {HTMLInputElement} */ (byId('search'));
    this.search.addEventListener('input', () => void this.draw());
    byId('forget').addEventListener('click', async () => {
      await forgetAll('history');
      await this.draw();
    });
  }

  /** @param {Omit<Past, 'id'>} past */
  async add(past) {
    const id = `${String(past.at).padStart(15, '0')}-${Math.random().toString(36).slice(2, 8)}`;
    await keep('history', id, { ...past, id, output: past.output.slice(0, MOST_TEXT) });
    const all = await recallAll('history');
    for (const { id: old } of all.slice(0, Math.max(0, all.length - MOST))) await forget('history', old);
    if (!byId('panel-history').hidden) await this.draw();
  }

  async draw() {
    const words = this.search.value.toLowerCase();
    /** @type {Past[]} */
    const all = await recallAll('history');
    const found = all.reverse().filter(({ code, output, status, language }) => [code, output, status, language].some(text => text.toLowerCase().includes(words)));
    const none = make('li', '', all.length ? 'No run has these words' : 'Nothing has run yet');
    byId('history').replaceChildren(...(found.length ? found.map(past => this.#row(past)) : [none]));
  }

  /** @param {Past} past */
  #row(past) {
    const { id, at, language, code, runtime, status, inputs, output } = past;
    const when = new Date(at);
    const title = code.trim().split('\n').find(line => line.trim()) ?? '';
    const answered = inputs.length ? `, ${inputs.length} answer${inputs.length > 1 ? 's' : ''}` : '';
    const told = [['Program', code], ['Answers', inputs.join('\n')], ['Output', output]].filter(([, text]) => text)
      .map(([name, text]) => make('div', '', make('span', 'type', name), make('pre', '', text)));
    return make('li', '',
      make('div', 'what', make('time', { datetime: when.toISOString() }, when.toLocaleString()), ` · ${KNOWN[language]?.title ?? language} · ${status} · ${duration(runtime)}${answered}`,
        make('details', '', make('summary', '', make('code', '', title.slice(0, 80))), ...told)),
      make('span', 'acts', button('Restore', `Restore the run of ${when.toLocaleString()}`, () => this.onRestore(past)),
      button('Delete', `Delete the run of ${when.toLocaleString()}`, async () => {
        await forget('history', id);
        await this.draw();
      })));
  }
}
