/** Puts what a program says beside the lines that say it. */

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
      const said = event.type === 'stream' ? event.text : `→ ${event.data['text/plain'] ?? 'shown'}`;
      if (text.length < 200) text += said;
      kind = event.name === 'stderr' ? 'stderr' : kind;
    } else if (event.type === 'statement') {
      const [first, ...more] = text.trim().split('\n');
      if (first) editor.result(event.lineEnd, short(first) + (more.length ? ' …' : ''), kind);
      text = kind = '';
    } else if (event.type === 'error') editor.mark(event);
  };
}

/** @type {(text: string) => string} */
const short = text => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
