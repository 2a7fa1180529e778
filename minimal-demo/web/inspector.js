/** The panel that links C lines, text and bytes: a page that the build left beside the module, in a frame. */

import { byId } from './page.js';

const KEPT = 'wasmlab-inspector-open';

/**
 * Load the panel when it is opened, and let it stay open over a reload.
 * @param {string} url of the module's page
 * @returns {() => void} shows the module's page anew
 */
export function setUpInspector(url) {
  const panel = /** @type {HTMLDetailsElement} */ (byId('inspector'));
  /** Made when it is first opened: a frame costs as much as a small page. @type {HTMLIFrameElement | null} */
  let frame = null;
  let isShown = false;

  async function show() {
    isShown = panel.open;
    if (!panel.open) return;
    const found = await fetch(url, { cache: 'no-store' }).catch(() => null);
    byId('inspector-missing').hidden = Boolean(found?.ok);
    if (frame) frame.hidden = !found?.ok;
    if (!found?.ok) return;
    frame ??= addFrame(panel);
    // Another address each time, or the frame would show what it has; `replace` leaves the Back button alone.
    frame.contentWindow?.location.replace(new URL(`${url}?${Date.now()}`, document.baseURI));
  }

  panel.addEventListener('toggle', () => {
    if (!isShown) void show();
  });
  // Not at the toggle, of which a page hears a little later: it may be gone by then.
  addEventListener('pagehide', () => sessionStorage.setItem(KEPT, String(panel.open)));
  panel.open = sessionStorage.getItem(KEPT) === 'true'; // which is a toggle
  return () => void show();
}

/** @param {HTMLElement} panel */
function addFrame(panel) {
  const frame = document.createElement('iframe');
  frame.id = 'inspector-frame';
  frame.title = 'C lines, Wasm text and bytes of the module';
  panel.append(frame);
  frame.addEventListener('load', () => fit(frame));
  return frame;
}

/** Make a frame as high as its page: the page scrolls, not the frame. @param {HTMLIFrameElement} frame */
function fit(frame) {
  const content = frame.contentDocument?.documentElement;
  if (!content) return;
  const measure = () => { frame.style.height = `${content.getBoundingClientRect().height + 4}px`; };
  new ResizeObserver(measure).observe(content);
  measure();
}
