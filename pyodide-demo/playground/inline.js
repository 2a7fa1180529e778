/** Puts what a program says beside the lines that say it. */

import { TABLE } from './rich.js';

/** @typedef {import('../runner/protocol.js').RunEvent} RunEvent */

/**
 * Show what a statement printed, or gave, beside its last line.
 * @param {import('./editor.js').Editor} editor
 * @returns {(event: RunEvent) => void}
 */
export function inlineResults(editor) {
  let text = '';
  let kind = '';
  return (event) => {
    if (event.type === 'stream' || event.type === 'execute_result') {
      const said = event.type === 'stream' ? event.text : `→ ${shownAs(event.data)}`;
      if (text.length < 200) text += said;
      kind = event.name === 'stderr' ? 'stderr' : kind;
    } else if (event.type === 'statement') {
      const [first, ...more] = text.trim().split('\n');
      if (first) editor.result(event.lineEnd, short(first) + (more.length ? ' …' : ''), kind);
      text = kind = '';
    } else if (event.type === 'error') editor.mark(event);
  };
}

/** What stands in the output as a picture or a table has no text worth a line. @type {(data: Record<string, any>) => string} */
const shownAs = data => (Object.keys(data).some(type => type.startsWith('image/')) ? 'a picture'
  : data[TABLE] ? `${data[TABLE].total} row${data[TABLE].total === 1 ? '' : 's'}`
  : 'text/html' in data || !data['text/plain'] ? 'in the output' : data['text/plain']);

/** @type {(text: string) => string} */
const short = text => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
