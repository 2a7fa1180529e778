/** Shows a page of HTML, CSS and JavaScript in a frame of its own: with scripts, without the network and without us. */

import { byId, make } from './dom.js';

const POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; media-src data: blob:; form-action 'none'";

/** Runs first in the frame: what the page says and what goes wrong in it comes to us. */
const TELL = `(() => {
  const { postMessage } = parent, tell = (name, text) => postMessage.call(parent, { preview: name, text: String(text).slice(0, 10000) }, '*');
  const shown = value => { try { return typeof value === 'string' ? value : value instanceof Error ? String(value) : JSON.stringify(value) ?? String(value) } catch { return String(value) } };
  for (const name of ['log', 'info', 'debug', 'warn', 'error']) {
    console[name] = (...values) => tell(/warn|error/.test(name) ? 'stderr' : 'stdout', values.map(shown).join(' ') + '\\n');
  }
  addEventListener('error', ({ message, lineno }) => tell('error', message + (lineno ? ' (line ' + lineno + ')' : '')));
  addEventListener('unhandledrejection', ({ reason }) => tell('error', 'Uncaught (in promise) ' + reason));
})()`;

/** @type {HTMLIFrameElement | null} */
let frame = null;
let messages = 0;

/**
 * @param {string} html
 * @param {(name: string) => Promise<string | null>} fileOf the text of a file that the page names
 * @param {(event: import('../runner/protocol.js').RunEvent) => void} onEvent
 */
export async function showPreview(html, fileOf, onEvent) {
  hidePreview();
  const page = await inlined(html, fileOf);
  frame = /** @type {HTMLIFrameElement} */ (make('iframe', { sandbox: 'allow-scripts allow-modals', title: 'The page that the program makes' }));
  messages = 0;

  frame.srcdoc = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><script>${TELL.replace(/\n\s*/g, ' ')}</script>${page}`;
  const own = frame;
  addEventListener('message', function take({ source, data }) {
    if (own !== frame) return removeEventListener('message', take);
    if (source !== own.contentWindow || typeof data?.preview !== 'string' || ++messages > 2000) return undefined;
    if (data.preview === 'error') onEvent({ type: 'error', ename: 'Error', evalue: String(data.text), traceback: [String(data.text)] });
    else onEvent({ type: 'stream', name: data.preview === 'stderr' ? 'stderr' : 'stdout', text: String(data.text) });
    return undefined;
  });
  byId('preview-place').replaceChildren(frame);
  byId('preview').hidden = false;
}

export function hidePreview() {
  frame?.remove();
  frame = null;
  byId('preview').hidden = true;
}

/** Put the style sheets and scripts that the page names, and that are files here, into it. @type {(html: string, fileOf: (name: string) => Promise<string | null>) => Promise<string>} */
async function inlined(html, fileOf) {
  let made = html;
  for (const [tag, name] of html.matchAll(/<link\b[^>]*\bhref=["']?([^"'\s>]+)["']?[^>]*>/gi)) {
    const css = /stylesheet/i.test(tag) ? await fileOf(name) : null;
    if (css !== null) made = made.replace(tag, () => `<style>${css.replaceAll('</style', '<\\/style')}</style>`);
  }
  for (const [tag, name] of html.matchAll(/<script\b[^>]*\bsrc=["']?([^"'\s>]+)["']?[^>]*>\s*<\/script>/gi)) {
    const script = await fileOf(name);
    if (script !== null) made = made.replace(tag, () => `<script${/type=["']?module/i.test(tag) ? ' type="module"' : ''}>${script.replaceAll('</script', '<\\/script')}</script>`);
  }
  return made;
}
