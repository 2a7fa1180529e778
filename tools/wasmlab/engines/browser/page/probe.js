/** What only JavaScript can tell of this browser, found out by doing it. */

/** `(import "m" "f" (func (result i32))) (func (export "f") (result i32) (call 0))`, as bytes. */
const WAITING = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 2, 7, 1, 1, 109, 1, 102, 0, 0,
  3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 1, 10, 6, 1, 4, 0, 16, 0, 11,
);
/** Where memory is shared, milliseconds that another worker may take to start. */
const SHARING = 20_000;

/**
 * Whether the browser has the feature, as far as JavaScript can tell; of the others the module tells enough.
 * @param {string} name
 * @returns {Promise<boolean>}
 */
export async function probe(name) {
  if (name === 'jspi') return waits();
  return name === 'threads' ? shares() : true;
}

/** Whether a call of a module can wait for a promise. */
async function waits() {
  const { Suspending, promising } = /** @type {any} */ (WebAssembly);
  if (!Suspending || !promising) return false;
  const f = new Suspending(async () => 42);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(WAITING), { m: { f } });
  return await promising(instance.exports.f)() === 42;
}

/** Whether two workers see the same memory. */
function shares() {
  return new Promise((resolve) => {
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const peer = new Worker('peer.js', { type: 'module' });
    const settle = (/** @type {boolean} */ shared) => {
      peer.terminate();
      resolve(shared);
    };
    setTimeout(() => settle(false), SHARING);
    peer.onmessage = () => settle(Atomics.load(new Int32Array(buffer), 0) === 42);
    peer.onerror = () => settle(false);
    try {
      peer.postMessage(buffer);
    } catch {
      settle(false);
    }
  });
}
