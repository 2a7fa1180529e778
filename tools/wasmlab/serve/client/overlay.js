/** Draws a lesson's build errors over its page; Esc or Close hides them, a good build takes them away. */

import { element, explained, styled } from './problem.js';

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
  const dialog = element('dialog', 'dialog');
  dialog.setAttribute('aria-labelledby', 'title');
  dialog.append(head(name), ...errors.slice(0, SHOWN).map(explained), foot(errors.length - SHOWN, state.kept));
  const style = styled(overlay, dialog);
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

/** @type {(more: number, kept: boolean) => HTMLElement} */
function foot(more, kept) {
  const words = kept ? 'The last module that built still runs behind this.' : 'There is no module to run yet.';
  const others = more > 0 ? `${more} more ${more === 1 ? 'error' : 'errors'} in the terminal. ` : '';
  return element('p', 'foot', `${others}${words} Save the file again and this goes by itself.`);
}
