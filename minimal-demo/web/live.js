/** Reacts to rebuilds: the development server says so with an event on `window`; without it nothing happens. */

/**
 * Call `update` after each rebuild of the module at `url`, one at a time; rebuilds that arrive
 * meanwhile end in one more call.
 * @param {string} url
 * @param {() => Promise<void>} update
 */
export function onRebuild(url, update) {
  let busy = false;
  let again = false;

  async function run() {
    busy = true;
    do {
      again = false;
      await update();
    } while (again);
    busy = false;
  }

  window.addEventListener('wasmlab:module', (event) => {
    const { path } = /** @type {CustomEvent<{path: string}>} */ (event).detail;
    if (!isSame(url, path)) return;
    event.preventDefault(); // we take it: the page need not be loaded again
    if (busy) again = true;
    else void run();
  });
}

/** @type {(url: string, path: string) => boolean} */
function isSame(url, path) {
  return decodeURIComponent(new URL(url, document.baseURI).pathname).endsWith(`/${path.replace(/^\/+/, '')}`);
}
