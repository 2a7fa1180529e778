/** One example on the page: its controls and output, its source, its command, its sizes. */

import { commandOf } from './commands.js';
import { make, makeTable, one, whenSeen, withCode } from './dom.js';
import { load, renew } from './glue.js';
import { rowsAhead, sizeRows } from './sizes.js';
import { showSource } from './source.js';
import { explain } from './troubles.js';
import { locate } from './trap.js';

/**
 * What an example's script is given.
 * @typedef {object} Stage
 * @property {(target: string, options?: Record<string, any>) => Promise<import('./glue.js').Program>} start
 *   a fresh program whose stdout and stderr come to the output
 * @property {(text: string, kind?: 'out' | 'err' | 'note') => void} print one line of output
 * @property {(node: Node) => void} show
 * @property {(name: string) => string} field the text in a field of the form
 * @property {HTMLElement} section
 * @typedef {(stage: Stage) => Promise<void> | void} Run
 */

export class Example {
  #hasRun = false;
  #runs = 0;
  /** @type {string[]} */
  #said = [];

  /** @param {HTMLElement} section */
  constructor(section) {
    this.section = section;
    this.id = section.id;
    this.targets = (section.dataset.targets ?? '').split(' ');
    this.sources = (section.dataset.sources ?? '').split(' ');
    this.output = make('div', 'output');
    this.output.role = 'status';
    this.output.ariaLabel = 'Output';
    this.news = make('p', 'news');
    this.news.role = 'status';
    this.form = /** @type {HTMLFormElement} */ (one(section, 'form'));
    this.form.append(make('button', '', 'Run'));
    this.form.after(this.news, this.output);
    this.about = make('div', 'about');
    section.append(this.about);
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.run();
    });
  }

  /** Show the source and the command as they now are; the sizes when somebody comes to see them. */
  async describe() {
    const parts = await Promise.all([...this.sources.map(sourceBox), ...this.targets.map(commandBox)]);
    const files = (this.section.dataset.files ?? '').split(' ');
    const sizes = make('div', 'sizes', sizeTable(rowsAhead(files))); // nothing on the page moves when they come
    this.about.replaceChildren(...parts, sizes);
    whenSeen(sizes, async () => { sizes.replaceChildren(sizeTable(await sizeRows(files))); });
  }

  /** Run it; what goes wrong is explained in its output. */
  async run() {
    const mine = ++this.#runs;
    this.section.dataset.state = 'running';
    this.output.replaceChildren();
    this.#said = [];
    let state = 'good';
    try {
      const { run } = /** @type {{run: Run}} */ (await import(`./examples/${this.id}.js`));
      await run(this.#stage(() => mine === this.#runs));
    } catch (error) {
      if (mine !== this.#runs) return;
      state = 'bad';
      await this.#tell(error);
    }
    if (mine !== this.#runs) return; // pressed again meanwhile
    this.#hasRun = true;
    this.section.dataset.state = state;
    this.section.dataset.runs = String(mine);
  }

  /**
   * @param {() => boolean} isCurrent whether the output is still this run's
   * @returns {Stage}
   */
  #stage(isCurrent) {
    /** @type {Stage['print']} */
    const print = (text, kind = 'out') => {
      if (kind === 'err') this.#said.push(text);
      if (isCurrent()) this.output.append(make('p', kind, text));
      console.log(`${this.id}: ${text}`);
    };
    /** @type {Stage['start']} */
    const start = (target, options = {}) => load(target, {
      print: (/** @type {string} */ text) => print(text),
      printErr: (/** @type {string} */ text) => print(text, 'err'),
      ...options,
    });
    /** @type {Stage['show']} */
    const show = (node) => { if (isCurrent()) this.output.append(node); };
    /** @type {Stage['field']} */
    const field = name => /** @type {HTMLInputElement} */ (this.form.elements.namedItem(name)).value;
    return { start, print, show, field, section: this.section };
  }

  /** @param {unknown} error */
  async #tell(error) {
    const trouble = explain(error, this.#said);
    const place = await locate(error, this.targets[0]);
    const box = make('div', 'trouble', make('h3', '', trouble.title), make('p', '', ...withCode(trouble.text)));
    box.role = 'alert';
    box.dataset.trouble = trouble.name;
    if (place) box.append(make('p', 'place', place));
    box.append(make('p', 'todo', ...withCode(trouble.todo)));
    if (trouble.detail) box.append(make('pre', '', trouble.detail));
    this.output.append(box);
    console.error(`${this.id}: ${trouble.title}. ${trouble.detail ?? ''}`);
  }

  /** Take a rebuilt target in place. @param {string} target */
  async renewed(target) {
    renew(target);
    await this.describe();
    if (this.#hasRun) await this.run();
    this.news.textContent = `Built anew at ${new Date().toLocaleTimeString()}${this.#hasRun ? ', and run again' : ''}`;
    this.section.dataset.rebuilds = String(Number(this.section.dataset.rebuilds ?? 0) + 1);
  }
}

/** @param {string[][]} rows */
function sizeTable(rows) {
  return makeTable('Sizes in bytes, as built now', ['file', 'raw', 'gzip'], rows);
}

/** @param {string} path */
async function sourceBox(path) {
  const response = await fetch(new URL(`../${path}`, import.meta.url), { cache: 'no-store' }).catch(() => null);
  const code = make('code');
  const text = make('pre', 'source', code);
  text.tabIndex = 0;
  text.role = 'region';
  text.ariaLabel = `Text of ${path}`;
  showSource(code, response?.ok ? await response.text() : `${path} is not there`);
  const link = make('a', '', path);
  link.href = `../${path}`;
  return make('div', '', make('h3', '', link), text);
}

/** @param {string} target */
async function commandBox(target) {
  const command = await commandOf(target);
  const text = make('pre', 'command', command || `${target} is not in scripts/: wasmlab dev regen`);
  text.tabIndex = 0;
  text.role = 'region';
  text.ariaLabel = `The command that builds ${target}`;
  return text;
}
