/** Reacts to rebuilds: the development server says so with an event on `window`; without it nothing happens. */

/**
 * Call `update` with the target's name after each rebuild of one of `targets`, one at a time.
 * @param {() => string[]} targets
 * @param {(target: string) => Promise<void>} update
 */
export function onRebuild(targets, update) {
  /** @type {Set<string>} */
  const waiting = new Set();
  let busy = false;

  async function work() {
    busy = true;
    for (const target of waiting) {
      waiting.delete(target);
      await update(target);
    }
    busy = false;
  }

  window.addEventListener('wasmlab:module', (event) => {
    const { path } = /** @type {CustomEvent<{path: string}>} */ (event).detail;
    const name = path.split('/').at(-1)?.replace(/\.wasm$/, '') ?? '';
    if (!targets().includes(name)) return;
    event.preventDefault(); // we take it: the page need not be loaded again
    waiting.add(name);
    if (!busy) void work();
  });
}
