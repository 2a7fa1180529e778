/** One message of a build, drawn: place, words, the source line with its caret, why and what to try. */

/** @typedef {import('./live.js').Problem} Problem */

/**
 * Put `content` into a shadow tree of `host`, with our style, and return the style's element.
 * @param {HTMLElement} host
 * @param {HTMLElement} content
 */
export function styled(host, content) {
  const style = document.createElement('link');
  style.rel = 'stylesheet';
  style.href = new URL('overlay.css', import.meta.url).href;
  host.attachShadow({ mode: 'open' }).append(style, content);
  return style;
}

/** @param {Problem} problem */
export function explained(problem) {
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

/** @type {(tag: string, className: string, text?: string) => HTMLElement} */
export function element(tag, className, text = '') {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
