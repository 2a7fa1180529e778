/** The step view: a slider over a program's steps, with the frames and what was printed until then. */

import { byId, make } from './dom.js';

const WORDS = /** @type {Record<string, string>} */ ({ call: 'is called', line: 'comes next', return: 'returns', exception: 'raises' });

export class Steps {
  /** @type {any[]} */
  #steps = [];
  #output = '';
  #run = '';

  /** @param {(line: number) => void} onLine shows the line of a step; 0 for none */
  constructor(onLine) {
    this.onLine = onLine;
    this.slider = /** @type {HTMLInputElement} */ (byId('step-slider'));
    this.slider.addEventListener('input', () => this.#show());
    byId('step-back').addEventListener('click', () => this.#go(-1));
    byId('step-next').addEventListener('click', () => this.#go(1));
  }

  /** @type {(steps: any[], output: string) => void} */
  take(steps, output) {
    this.#steps = steps;
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
    byId('frames').replaceChildren(...frames.map(frameTable).reverse()); // what runs now stands first
    this.onLine(run === this.#run ? line : 0);
  }
}

/** @type {(frame: {name: string, line: number, locals: Record<string, any>}) => HTMLElement} */
function frameTable({ name, line, locals }) {
  const rows = Object.entries(locals ?? {}).map(([local, view]) => make('tr', '', make('th', { scope: 'row' }, local), make('td', '', view.type), make('td', 'code', full(view))));
  const title = make('caption', '', `${name === '<module>' ? 'The program' : `${name}()`}, line ${line}`);
  return make('table', 'frame', title, make('tbody', '', ...(rows.length ? rows : [make('tr', '', make('td', 'soft', 'no names'))])));
}

/** @param {any} view */
const full = view => String(view.text ?? '');
