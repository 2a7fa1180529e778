/** The output of the runs: what was entered, printed, shown and went wrong, each with its time. */

import { make } from './dom.js';
import { richest } from './rich.js';

const MOST = 200_000; // characters of one piece that are drawn; all of them are copied
const MOST_PIECES = 500;

/** @typedef {import('../runner/protocol.js').RunEvent} RunEvent */

export class Output {
  /** All that was printed and shown, as text. @type {string[]} */
  #texts = [];
  /** @type {{element: HTMLElement, pre: HTMLElement, name: string, length: number} | null} */
  #last = null;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
  }

  /** Everything as text. */
  get text() {
    return this.#texts.join('');
  }

  clear() {
    this.place.replaceChildren();
    this.#texts = [];
    this.#last = null;
  }

  /** @param {string} title */
  begin(title) {
    this.#last = null;
    this.place.append(make('p', 'run', `${title} · ${new Date().toLocaleTimeString()}`));
    this.#follow();
  }

  /** What was entered into the console. @param {string} code */
  entered(code) {
    this.#add('entered', make('pre', '', code.split('\n').map((line, at) => `${at ? '...' : '>>>'} ${line}`).join('\n')));
  }

  /** @param {RunEvent} event */
  show(event) {
    switch (event.type) {
      case 'stream': this.print(String(event.name), String(event.text)); break;
      case 'execute_result':
      case 'display_data':
        this.#texts.push(`${event.data['text/plain'] ?? ''}\n`);
        this.#add(event.type === 'execute_result' ? 'value' : 'shown', richest(event.data));
        break;
      case 'error': this.#error(event); break;
      case 'clear_output': this.clear(); break;
      case 'status':
        if (event.state === 'restarted') this.print('note', 'The worker was started anew: the names of earlier runs are gone.\n');
        break;
      default: // the rest is for those who step, watch and measure
    }
  }

  /** Append to the last piece, if it is of the same stream. @type {(name: string, text: string) => void} */
  print(name, text) {
    this.#texts.push(text);
    if (this.#last?.name !== name) {
      const pre = make('pre');
      this.#last = { element: this.#add(name, pre), pre, name, length: 0 };
    }
    const last = /** @type {{pre: HTMLElement, length: number}} */ (this.#last);
    const room = MOST - last.length;
    last.length += text.length;
    if (room > 0) last.pre.append(text.length > room ? `${text.slice(0, room)}\n… the rest is not drawn; Copy has all of it` : text);
    this.#follow();
  }

  /** @param {RunEvent} event */
  #error({ ename, evalue, traceback, explanation }) {
    const box = make('div', '', make('p', 'name', `${ename}${evalue ? `: ${evalue}` : ''}`));
    for (const text of explanation ? [explanation.what, explanation.hint] : []) {
      box.append(make('p', '', ...String(text ?? '').split('`').map((part, at) => (at % 2 ? make('code', '', part) : part))));
    }
    if (traceback?.length > 1) box.append(make('pre', '', traceback.join('\n')));
    this.#texts.push(`${(traceback ?? [ename]).join('\n')}\n`);
    this.#follow(this.#add('error', box)); // what happened comes first, then where
  }

  /** @type {(kind: string, content: HTMLElement) => HTMLElement} */
  #add(kind, content) {
    const now = new Date();
    const time = make('time', { datetime: now.toISOString() }, `${now.toTimeString().slice(0, 8)}.${String(now.getMilliseconds()).padStart(3, '0')}`);
    const piece = make('div', `piece ${kind}`, content, time);
    this.#last = null;
    this.place.append(piece);
    while (this.place.childElementCount > MOST_PIECES) this.place.firstElementChild?.remove();
    this.#follow();
    return piece;
  }

  #waits = false;

  /** @type {HTMLElement | null} */
  #towards = null;

  /** Scroll once a frame: to ask for a height makes the browser lay out all lines. @param {HTMLElement | null} [piece] to its beginning, or else to the end */
  #follow(piece = null) {
    this.#towards = piece;
    if (this.#waits) return;
    this.#waits = true;
    requestAnimationFrame(() => {
      this.#waits = false;
      this.place.scrollTop = this.#towards ? this.#towards.offsetTop - this.place.offsetTop : this.place.scrollHeight;
    });
  }
}
