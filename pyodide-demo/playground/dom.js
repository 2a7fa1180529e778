/** The few words that every part of the page needs to speak of elements. */

/** @type {<T extends HTMLElement>(id: string) => T} */
export const byId = id => /** @type {any} */ (document.getElementById(id));

/**
 * @param {string} tag
 * @param {Record<string, string> | string} [given] attributes, or the class alone
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function make(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(typeof given === 'string' ? { class: given } : given)) {
    if (value) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** @type {(text: string, label: string, work: () => void) => HTMLElement} */
export function button(text, label, work) {
  const made = make('button', { type: 'button', 'aria-label': label }, text);
  made.addEventListener('click', work);
  return made;
}

/** Hand a file to the person. @type {(name: string, content: BlobPart, type?: string) => void} */
export function download(name, content, type = 'application/octet-stream') {
  const link = make('a', { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(/** @type {HTMLAnchorElement} */ (link).href), 60_000); // Firefox reads it later
}

/** @type {(milliseconds: number) => string} */
export const duration = ms => (ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** Tabs: arrows go from one to the next, and one panel is seen. @type {(list: HTMLElement, onShow: (name: string) => void) => (name: string) => void} */
export function makeTabs(list, onShow) {
  const tabs = /** @type {HTMLElement[]} */ ([...list.querySelectorAll('[role=tab]')]);
  /** @type {(tab: HTMLElement) => void} */
  const select = (tab) => {
    for (const each of tabs) {
      const chosen = each === tab;
      each.setAttribute('aria-selected', String(chosen));
      each.tabIndex = chosen ? 0 : -1;
      byId(String(each.getAttribute('aria-controls'))).hidden = !chosen;
    }
    onShow(tab.id.replace('tab-', ''));
  };
  for (const tab of tabs) tab.addEventListener('click', () => select(tab));
  list.addEventListener('keydown', (event) => {
    const at = tabs.indexOf(/** @type {HTMLElement} */ (event.target));
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const tab = tabs[(to + tabs.length) % tabs.length];
    tab.focus();
    select(tab);
  });
  return name => select(byId(`tab-${name}`));
}
