/** The step view: a slider over a program's steps, with the frames and what was printed until then. */

import { byId, make } from './dom.js';

const WORDS = /** @type {Record<string, string>} */ ({ call: 'is called', line: 'comes next', return: 'returns', exception: 'raises' });

export class Steps {
  /** @type {any[]} */
  #steps = [];
  #output = '';
  #run = '';
  /** The words of the program. @type {Set<string>} */
  #words = new Set();
  /** Whether names of earlier programs are seen. */
  #unfolded = false;

  /** @param {(line: number) => void} onLine shows the line of a step; 0 for none */
  constructor(onLine) {
    this.onLine = onLine;
    this.slider = /** @type {HTMLInputElement} */ (byId('step-slider'));
    this.slider.addEventListener('input', () => this.#show());
    byId('step-back').addEventListener('click', () => this.#go(-1));
    byId('step-next').addEventListener('click', () => this.#go(1));
  }

  /** @type {(steps: any[], output: string, code?: string) => void} */
  take(steps, output, code = '') {
    this.#steps = steps;
    this.#words = new Set(code.match(/[\p{L}_][\p{L}\p{N}_]*/gu));
    this.#output = output;
    this.#run = steps.at(-1)?.run ?? '';
    byId('no-steps').hidden = steps.length > 0;
    byId('steps').hidden = steps.length === 0;
    this.slider.max = String(Math.max(0, steps.length - 1));
    this.slider.value = '0';
    if (steps.length) this.#show();
  }

  /** The steps belong to a program that has been changed. */
  forget() {
    if (!this.#steps.length) return;
    this.take([], '');
    this.onLine(0);
  }

  /** @param {number} by */
  #go(by) {
    this.slider.value = String(Number(this.slider.value) + by);
    this.#show();
  }

  #show() {
    const at = Number(this.slider.value);
    const { event, line, run, frames = [], outputLength, value, exception } = this.#steps[at];
    const more = value?.text !== undefined ? `: ${value.text}` : exception ? `: ${exception.type ?? ''} ${exception.text ?? exception.message ?? ''}` : '';
    const text = `Step ${at + 1} of ${this.#steps.length}: line ${line} ${WORDS[event] ?? event}${more}`;
    byId('step-text').textContent = text;
    this.slider.setAttribute('aria-valuetext', text);
    const isLast = at === this.#steps.length - 1; // behind it comes nothing but the end
    byId('step-output').textContent = isLast ? this.#output : this.#output.slice(0, outputLength ?? 0);
    byId('frames').replaceChildren(...frames.map((/** @type {Frame} */ frame) => this.#table(frame)).reverse()); // what runs now stands first
    this.onLine(run === this.#run ? line : 0);
  }

  /** A frame with its names; those of earlier programs, which this one does not speak of, are folded away. @param {Frame} frame */
  #table({ name, line, locals }) {
    const isProgram = name === '<module>';
    const all = Object.entries(locals ?? {});
    const own = all.filter(([local]) => !isProgram || this.#words.has(local));
    const others = all.length - own.length;
    const title = make('caption', '', `${isProgram ? 'The program' : `${name}()`}, line ${line}`);
    const none = make('tr', '', make('td', 'soft', 'no names'));
    const table = make('table', 'frame', title, make('tbody', '', ...(own.length ? own.map(row) : [none])));
    if (!others) return table;
    const rest = make('table', 'frame', make('tbody', '', ...all.filter(each => !own.includes(each)).map(row)));
    const folded = /** @type {HTMLDetailsElement} */ (make('details', 'soft', make('summary', '', `${others} name${others > 1 ? 's' : ''} of earlier programs`), rest));
    folded.open = this.#unfolded;
    folded.addEventListener('toggle', () => { this.#unfolded = folded.open; });
    return make('div', '', table, folded);
  }
}

/** @typedef {{name: string, line: number, locals: Record<string, any>}} Frame */

/** @type {(local: [string, any]) => HTMLElement} */
const row = ([local, view]) => make('tr', '', make('th', { scope: 'row' }, local, ' ', make('span', 'type', view.type)), make('td', 'code', full(view)));

/** @param {any} view */
const full = view => String(view.text ?? '');
