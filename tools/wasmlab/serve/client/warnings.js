/** Notes a lesson's warnings in a corner of its page: it builds and runs, and yet something is worth a look. */

import { element, explained, styled } from './problem.js';

/** @type {HTMLElement | null} */
let note = null;
/** What was closed stays closed, until a build says something else. */
let closed = '';

/** @param {import('./live.js').State | undefined} state */
export function showWarnings(state) {
  const warnings = (state?.problems ?? []).filter(problem => problem.severity === 'warning');
  const said = JSON.stringify(warnings.map(warning => [warning.what, warning.source_line]));
  const isOpen = note?.shadowRoot?.querySelector('details')?.open ?? false;
  note?.remove();
  note = null;
  if (!state?.ok || !warnings.length || said === closed) return;
  note = document.createElement('wasmlab-warnings');
  const box = element('section', 'warnings');
  box.setAttribute('aria-label', 'Warnings of the build');
  const details = document.createElement('details');
  details.open = isOpen;
  details.append(element('summary', 'count', warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`));
  details.append(...warnings.map(explained));
  box.append(details, closing(() => { closed = said; }));
  show(note, styled(note, box));
}

/** Show it once its style is there, so that nothing flashes. @type {(shown: HTMLElement, style: HTMLElement) => void} */
function show(shown, style) {
  shown.hidden = true;
  for (const event of ['load', 'error']) style.addEventListener(event, () => { shown.hidden = false; });
  document.body.append(shown);
}

/** @param {() => void} closes */
function closing(closes) {
  const button = element('button', 'close', 'Close');
  button.setAttribute('aria-label', 'Close the warnings');
  button.addEventListener('click', () => {
    closes();
    note?.remove();
    note = null;
  });
  return button;
}
