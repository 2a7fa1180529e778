/**
 * `<wasmlab-cell language="python">code</wasmlab-cell>`: a program in any page, to be run and changed.
 *
 *     <script type="module" src="cell/wasmlab-cell.js"></script>
 *
 * `readonly` keeps the code as it is; `title` heads it; cells with one `namespace` (the page's, if none is
 * given) share their names, and `namespace=""` gives a cell its own. `run()`, `stop()` and `code` are there
 * for scripts, and each run ends with the event `run-complete`, whose detail is `{result, events}`.
 */

import { makeEditor } from '../playground/editor.js';
import { Output } from '../playground/output.js';
import { duration, make } from '../playground/dom.js';
import { Pool } from './pool.js';

const pool = new Pool();
let cells = 0;

export class WasmlabCell extends HTMLElement {
  #code = '';
  #number = 0;
  /** @type {Promise<{text: string} | null> | null} */
  #editor = null;
  /** @type {import('../runner/runner.js').Runner | null} */
  #runner = null;
  /** @type {AbortController | null} */
  #control = null;
  /** @type {Output | null} */
  #output = null;
  /** @type {Record<string, HTMLElement>} */
  #parts = {};

  connectedCallback() {
    if (this.#number) return;
    this.#number = ++cells;
    this.#code = (this.textContent ?? '').replace(/^[ \t]*\n/, '').replace(/\s+$/, '');
    style();
    this.#draw();
    // Who comes near it may run it: then the language loads, and not before.
    for (const name of ['pointerenter', 'focusin']) {
      this.addEventListener(name, () => void this.#ready().catch(() => {}), { once: true });
    }
  }

  get language() {
    return this.getAttribute('language') ?? 'python';
  }

  /** The program as it stands now. */
  get code() {
    return this.#read();
  }

  set code(text) {
    this.#code = text;
    void this.#editor?.then((editor) => { if (editor) editor.text = text; });
  }

  /** @type {() => string} */
  #read = () => this.#code;

  #draw() {
    const title = this.getAttribute('title') ?? '';
    this.removeAttribute('title'); // it would be a tool tip over all of it
    const run = make('button', { type: 'button', class: 'run' }, 'Run');
    const stop = make('button', { type: 'button', disabled: 'disabled' }, 'Stop');
    const status = make('span', { class: 'status', role: 'status' });
    const place = make('div', 'editor');
    const output = make('div', { class: 'output', role: 'log', 'aria-live': 'polite', 'aria-label': `Output of ${title || `program ${this.#number}`}`, tabindex: '0', hidden: 'hidden' });
    run.addEventListener('click', () => void this.run());
    stop.addEventListener('click', () => this.stop());
    this.replaceChildren(...(title ? [make('p', 'title', title)] : []), place, make('div', 'bar', run, stop, status), output);
    this.#parts = { run, stop, status, output };
    this.#output = new Output(output);
    this.#editor = makeEditor(place, {
      text: this.#code, language: this.language, label: title || `Program ${this.#number}`, readOnly: this.hasAttribute('readonly'),
      onRun: () => void this.run(), onLeave: () => run.focus(),
      complete: async before => (this.#runner && !this.#runner.busy ? this.#runner.call('complete', before).catch(() => null) : null),
    }).then((editor) => {
      this.#read = () => editor.text;
      return editor;
    }, () => { // without the editor the program can still be read and run
      place.replaceChildren(make('pre', { tabindex: '0' }, this.#code));
      return null;
    });
  }

  async #ready() {
    const shared = this.getAttribute('namespace') ?? 'page';
    this.#runner = await pool.take(this.language, shared || `cell ${this.#number}`);
    return this.#runner;
  }

  /**
   * Run the program; what becomes of it is shown, and told.
   * @returns {Promise<import('../runner/run.js').Outcome | null>} null where nothing could run
   */
  async run() {
    const { run, stop, status, output } = this.#parts;
    if (run.hasAttribute('disabled')) return null;
    run.setAttribute('disabled', '');
    status.textContent = 'Running…';
    stop.removeAttribute('disabled');
    this.#control = new AbortController();
    const { signal } = this.#control;
    try {
      const runner = await this.#ready();
      this.#output?.clear();
      output.hidden = false;
      const going = runner.run(this.code, { signal, ...(this.language === 'sql' ? { results: 'each' } : {}) });
      for await (const event of going) this.#output?.show(event);
      const outcome = await going;
      const { error, runtime } = outcome.result;
      status.textContent = error ? `Ended by ${error.name}` : `Done in ${duration(runtime)}`;
      this.dispatchEvent(new CustomEvent('run-complete', { bubbles: true, detail: outcome }));
      return outcome;
    } catch (error) {
      status.textContent = /** @type {Error} */ (error).message;
      return null;
    } finally {
      run.removeAttribute('disabled');
      stop.setAttribute('disabled', '');
    }
  }

  /** Stop this cell's run, whether it is going on or waits for another cell's. */
  stop() {
    this.#control?.abort();
  }
}

/** The page gets the cells' style sheet once. */
function style() {
  if (document.getElementById('wasmlab-cell-style')) return;
  document.head.append(make('link', { id: 'wasmlab-cell-style', rel: 'stylesheet', href: new URL('cell.css', import.meta.url).href }));
}

if (!customElements.get('wasmlab-cell')) customElements.define('wasmlab-cell', WasmlabCell);
