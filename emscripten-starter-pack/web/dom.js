/** Small helpers for elements: made with text, never with HTML. */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} [className]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, className = '', ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/**
 * @param {ParentNode} place
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function one(place, selector) {
  const found = place.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`index.html has no ${selector}`);
  return found;
}

/**
 * @param {string} caption
 * @param {string[]} heads
 * @param {(string | Node)[][]} rows the first cell of each is its head
 */
export function makeTable(caption, heads, rows) {
  const head = make('tr', '', ...heads.map((text) => {
    const cell = make('th', '', text);
    cell.scope = 'col';
    return cell;
  }));
  const body = rows.map(([first, ...rest]) => {
    const name = make('th', '', first);
    name.scope = 'row';
    return make('tr', '', name, ...rest.map(value => make('td', '', value)));
  });
  return make('table', '', make('caption', '', caption), make('thead', '', head), make('tbody', '', ...body));
}

/** Text between backquotes becomes `<code>`. @param {string} text @returns {(Node | string)[]} */
export function withCode(text) {
  return text.split('`').map((part, index) => (index % 2 ? make('code', '', part) : part));
}

/**
 * Do something once, when `place` comes near to what is shown: to measure every file takes a while.
 * @param {HTMLElement} place
 * @param {() => Promise<void>} work
 */
export function whenSeen(place, work) {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(entry => entry.isIntersecting)) return;
    observer.disconnect();
    void work();
  }, { rootMargin: '400px' });
  observer.observe(place);
}
