/** Draws a lesson's build errors over its page; Esc or Close hides them, a good build takes them away. */

/** @typedef {import('./live.js').Problem} Problem */

/** More than these would not be read. */
const SHOWN = 4;

/** @type {HTMLElement | null} */
let overlay = null;

/**
 * @param {string} name the lesson
 * @param {import('./live.js').State | undefined} state
 */
export function showProblems(name, state) {
  const errors = (state?.problems ?? []).filter(problem => problem.severity === 'error');
  overlay?.remove();
  overlay = null;
  document.documentElement.removeAttribute('data-wasmlab-broken');
  if (!state || state.ok || !errors.length) return;
  overlay = document.createElement('wasmlab-overlay');
  const root = overlay.attachShadow({ mode: 'open' });
  const style = document.createElement('link');
  style.rel = 'stylesheet';
  style.href = new URL('overlay.css', import.meta.url).href;
  const dialog = element('dialog', 'dialog');
  dialog.setAttribute('aria-labelledby', 'title');
  dialog.append(head(name), ...errors.slice(0, SHOWN).map(problem), foot(errors.length - SHOWN, state.kept));
  root.append(style, dialog);
  document.body.append(overlay);
  document.documentElement.dataset.wasmlabBroken = name;
  if (dialog instanceof HTMLDialogElement) open(dialog, style);
}

/**
 * Open once the style is there, so that nothing flashes; focus returns to the page when it closes.
 * @param {HTMLDialogElement} dialog
 * @param {HTMLLinkElement} style
 */
function open(dialog, style) {
  const show = () => {
    if (dialog.isConnected && !dialog.open) dialog.showModal();
  };
  style.addEventListener('load', show);
  style.addEventListener('error', show);
  dialog.querySelector('button')?.addEventListener('click', () => dialog.close());
}

/** @param {string} name */
function head(name) {
  const top = element('div', 'head');
  const title = element('h2', 'title', `${name} does not build`);
  title.id = 'title';
  const close = element('button', 'close', 'Close ');
  close.append(element('kbd', 'key', 'Esc'));
  top.append(title, close);
  return top;
}

/** @param {Problem} problem */
function problem(problem) {
  const { file, line, column, hint, explanation } = problem;
  const box = element('div', 'problem');
  if (file) box.append(element('p', 'place', [file, line, column].filter(Boolean).join(':')));
  box.append(element('p', 'text', problem.text || problem.what));
  if (problem.source_line) box.append(source(problem));
  if (explanation) box.append(element('p', 'why', explanation));
  if (hint) box.append(element('p', 'hint', hint));
  return box;
}

/** @param {Problem} problem */
function source({ source_line: text, line, column }) {
  const pre = element('pre', 'source');
  pre.tabIndex = 0;
  pre.setAttribute('role', 'group');
  pre.setAttribute('aria-label', `Line ${line}`);
  const gutter = `${line} │ `;
  pre.append(element('span', 'gutter', gutter), text);
  if (column) pre.append('\n', ' '.repeat(gutter.length), before(text, column), element('span', 'caret', '^'));
  return pre;
}

/** Blanks up to `column`, which the compiler counts in bytes; tabs stay tabs. @type {(text: string, column: number) => string} */
function before(text, column) {
  const bytes = new TextEncoder().encode(text).slice(0, column - 1);
  return new TextDecoder().decode(bytes).replace(/[^\t]/g, ' ');
}

/** @type {(more: number, kept: boolean) => HTMLElement} */
function foot(more, kept) {
  const words = kept ? 'The last module that built still runs behind this.' : 'There is no module to run yet.';
  const others = more > 0 ? `${more} more ${more === 1 ? 'error' : 'errors'} in the terminal. ` : '';
  return element('p', 'foot', `${others}${words} Save the file again and this goes by itself.`);
}

/** @type {(tag: string, className: string, text?: string) => HTMLElement} */
function element(tag, className, text = '') {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
