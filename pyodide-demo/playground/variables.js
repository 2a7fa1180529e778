/** The variables panel: every name of the program, and expressions that are watched. */

import { button, byId, make } from './dom.js';
import { note } from './store.js';

/** @typedef {{type: string, text: string}} View */

const WATCH_MS = 2000;
const MOST = 20;

export class Variables {
  /** @type {Map<string, string>} */
  #before = new Map();

  /** @param {() => import('../runner/runner.js').Runner | null} runner */
  constructor(runner) {
    this.runner = runner;
    /** @type {string[]} */
    this.watched = JSON.parse(note('watched') ?? '[]');
    this.table = byId('variables');
    byId('watch-form').addEventListener('submit', (event) => {
      event.preventDefault();
      const field = /** @type {HTMLInputElement} */ (byId('watch'));
      const expression = field.value.trim();
      if (!expression || this.watched.includes(expression) || this.watched.length >= MOST) return;
      field.value = '';
      this.#watch([...this.watched, expression]);
    });
  }

  /** @param {string[]} watched */
  #watch(watched) {
    this.watched = watched;
    note('watched', JSON.stringify(watched));
    void this.refresh();
  }

  /** Ask for all values anew, unless a program runs. */
  async refresh() {
    const runner = this.runner();
    if (runner?.busy) return;
    /** @type {[string, View][]} */
    let names = [];
    /** @type {[string, View][]} */
    const watched = [];
    try {
      if (runner) names = Object.entries(await runner.call('variables'));
      for (const expression of runner ? this.watched : []) watched.push([expression, await this.#value(expression)]);
    } catch { // the worker has ended meanwhile; the next run tells of it
    }
    this.#draw(watched, names);
  }

  /** @type {(expression: string) => Promise<View>} */
  async #value(expression) {
    const runner = /** @type {import('../runner/runner.js').Runner} */ (this.runner());
    const isPython = runner.name === 'python';
    // In Python the value of a run's last line would become `_`.
    const run = isPython ? runner.run(`display(${expression}\n)`, { results: 'none', timeoutMs: WATCH_MS }) : runner.run(expression, { timeoutMs: WATCH_MS });
    const { events } = await run;
    const shown = events.findLast(({ type }) => ['display_data', 'execute_result', 'error'].includes(type));
    return { type: 'watched', text: shown?.data?.['text/plain'] ?? (shown ? `${shown.ename}: ${shown.evalue}` : '') };
  }

  /** @type {(watched: [string, View][], names: [string, View][]) => void} */
  #draw(watched, names) {
    const head = make('tr', '', ...['Name', 'Value', ''].map(title => make('th', { scope: 'col' }, title || make('span', 'hidden', 'Action'))));
    const rows = [...watched.map(([name, view]) => this.#row(name, view, true)), ...names.map(([name, view]) => this.#row(name, view, false))];
    const empty = make('tr', '', make('td', { colspan: '3' }, 'No names yet'));
    this.table.replaceChildren(make('thead', '', head), make('tbody', '', ...(rows.length ? rows : [empty])));
    this.#before = new Map([...watched, ...names].map(([name, { text }]) => [name, text]));
  }

  /** @type {(name: string, view: View, isWatched: boolean) => HTMLElement} */
  #row(name, { type, text, ...more }, isWatched) {
    const before = this.#before.get(name);
    const changed = before !== undefined && before !== text;
    const remove = isWatched ? button('✕', `Watch ${name} no longer`, () => this.#watch(this.watched.filter(each => each !== name))) : '';
    const length = 'length' in more && /** @type {any} */ (more).length !== undefined ? ` (${/** @type {any} */ (more).length})` : '';
    return make('tr', changed ? 'changed' : '', make('td', '', make('code', '', name), ' ', make('span', 'type', `${type}${length}`)),
      make('td', 'code', text, ...(changed ? [make('span', 'hidden', ' (changed)')] : [])), make('td', '', remove));
  }
}
