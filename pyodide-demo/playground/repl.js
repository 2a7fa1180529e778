/** The console below the output: one statement after the other, with what was entered before. */

import { byId } from './dom.js';
import { note } from './store.js';

const MOST = 200;

/**
 * @param {object} wishes
 * @param {(code: string) => Promise<void>} wishes.onEnter
 * @param {(code: string) => boolean} wishes.isComplete whether Enter runs it
 * @param {(before: string) => Promise<{length: number, options: {label: string}[]} | null>} wishes.complete
 * @param {() => void} wishes.onLeave
 */
export function makeConsole({ onEnter, isComplete, complete, onLeave }) {
  const field = /** @type {HTMLTextAreaElement} */ (byId('line'));
  const candidates = byId('candidates');
  /** @type {string[]} */
  const entered = JSON.parse(note('entered') ?? '[]');
  let at = entered.length;
  let draft = '';

  const grow = () => { field.rows = Math.min(8, field.value.split('\n').length); };
  /** @param {string} text */
  const put = (text) => {
    field.value = text;
    grow();
    field.setSelectionRange(text.length, text.length);
  };

  async function enter() {
    const code = field.value.replace(/\s+$/, '');
    candidates.textContent = '';
    if (!code.trim()) return;
    if (entered.at(-1) !== code) entered.push(code);
    while (entered.length > MOST) entered.shift();
    note('entered', JSON.stringify(entered));
    at = entered.length;
    put('');
    await onEnter(code);
  }

  /** Go through what was entered, from the first or the last line only. @param {number} by */
  function go(by) {
    if (at === entered.length) draft = field.value;
    at = Math.min(entered.length, Math.max(0, at + by));
    put(at === entered.length ? draft : entered[at]);
  }

  /** @param {string} before */
  async function completeName(before) {
    const found = await complete(before.slice(before.lastIndexOf('\n') + 1));
    if (!found?.options.length) return;
    const labels = found.options.map(({ label }) => label);
    const common = labels.reduce((a, b) => {
      let same = 0;
      while (same < a.length && a[same] === b[same]) same++;
      return a.slice(0, same);
    });
    const rest = field.value.slice(before.length);
    const start = before.slice(0, before.length - found.length) + (common || before.slice(before.length - found.length));
    field.value = start + rest;
    field.setSelectionRange(start.length, start.length);
    candidates.textContent = labels.length > 1 ? labels.slice(0, 40).join('  ') : '';
  }

  field.addEventListener('input', () => {
    grow();
    candidates.textContent = '';
  });
  field.addEventListener('keydown', (event) => {
    const before = field.value.slice(0, field.selectionStart);
    const after = field.value.slice(field.selectionEnd);
    if (event.key === 'Enter' && !event.isComposing) {
      if (event.shiftKey || !(isComplete(field.value) || event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      void enter();
    } else if (event.key === 'ArrowUp' && !before.includes('\n') && at > 0) {
      event.preventDefault();
      go(-1);
    } else if (event.key === 'ArrowDown' && !after.includes('\n') && at < entered.length) {
      event.preventDefault();
      go(1);
    } else if (event.key === 'Tab' && !event.shiftKey && /[\p{L}\p{N}_.]$/u.test(before)) {
      event.preventDefault(); // elsewhere Tab goes on to the next element
      void completeName(before);
    } else if (event.key === 'Escape') onLeave();
  });
  byId('console').addEventListener('submit', event => event.preventDefault());
}

/** Whether a statement has come to its end, as far as its text tells. @type {(code: string, language: string) => boolean} */
export function isWhole(code, language) {
  const lines = code.split('\n');
  const last = lines[lines.length - 1];
  if (language === 'sql') return last.trim() === '' || /;\s*$/.test(code);
  const bare = code.replace(/("""|''')[^]*?\1|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|(?:#|\/\/).*/g, '');
  if (/"""|'''/.test(bare)) return false;
  const open = [...bare].reduce((depth, letter) => depth + ('([{'.includes(letter) ? 1 : ')]}'.includes(letter) ? -1 : 0), 0);
  if (open > 0) return false;
  if (language !== 'python') return true;
  if (/\\$/.test(last)) return false;
  const inBlock = lines.some(line => /:\s*(#.*)?$/.test(line) || /^\s*@/.test(line));
  return !inBlock || last.trim() === '';
}
