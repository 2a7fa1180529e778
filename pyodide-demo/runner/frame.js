/**
 * Inside the sandboxed frame: starts the worker and stands between it and the page.
 *
 * The frame has an origin of its own that nothing else shares, and a policy that lets nothing out:
 * whatever a learner's program tries, it has neither the page's cookies and storage nor a network.
 * The frame evaluates this text as it is, so it is no module and imports nothing; then it calls `start`.
 */

/**
 * @typedef {import('./protocol.js').ToWorker} ToWorker
 * @typedef {import('./protocol.js').FromWorker} FromWorker
 * @typedef {import('./protocol.js').Shared} Shared
 */

/**
 * @param {Blob[]} program of the worker
 * @param {number} most messages that one request may cause
 * @param {MessagePort} page
 */
function start(program, most, page) {
  // Pyodide takes a worker that has importScripts for one that cannot import modules; and a worker that
  // a program starts would outlive its run.
  const LOAD = `self.importScripts = self.Worker = undefined;
  const early = [];
  onmessage = async ({ data }) => {
    onmessage = ({ data }) => early.push(data);
    const [worker, engine] = await Promise.all(data.map(part => import(URL.createObjectURL(part))));
    onmessage = null;
    worker.serve(self, engine.load);
    for (const data of early) dispatchEvent(new MessageEvent('message', { data }));
  };`;
  const worker = new Worker(URL.createObjectURL(new Blob([LOAD], { type: 'text/javascript' })));
  const shared = share();
  let current = 0; // the request that the worker is at
  let counted = 0;

  /** @type {(message: FromWorker) => void} */
  const tell = message => page.postMessage(message);

  /** @type {(name: string, message: string) => void} */
  const fail = (name, message) => {
    worker.terminate();
    tell({ type: 'ERROR', requestId: current, error: { name, message }, fatal: true });
  };

  worker.onmessage = (/** @type {MessageEvent<FromWorker>} */ { data: message }) => {
    if (++counted > most) {
      fail('TooManyMessages', `the program sent more than ${most} messages to the page`);
      worker.onmessage = null;
      return;
    }
    if (typeof message?.type !== 'string') return;
    const late = 'requestId' in message && message.requestId !== current;
    if (late && !('fatal' in message)) return; // forged, or of a run that is over
    if (message.type === 'RUN_RESULT') current = 0;
    tell(message);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    fail('WorkerFailed', event.message || 'the worker could not be started');
  };
  worker.onmessageerror = () => fail('WorkerFailed', 'the worker sent what cannot be read');

  page.onmessage = (/** @type {MessageEvent<ToWorker>} */ { data: message }) => {
    if (message.type === 'RUN' || message.type === 'CALL') {
      current = message.requestId;
      counted = 0;
    }
    if (shared && message.type === 'STDIN' && message.requestId === current) answer(shared, message.data);
    if (shared && message.type === 'INTERRUPT' && message.requestId === current) interrupt(shared);
    if (message.type === 'INIT') worker.postMessage({ ...message, shared }, [message.files]);
    else worker.postMessage(message);
  };
  worker.postMessage(program);
}

/** @returns {Shared | null} */
function share() {
  if (!globalThis.crossOriginIsolated) return null;
  return {
    interrupt: new Uint8Array(new SharedArrayBuffer(1)),
    state: new Int32Array(new SharedArrayBuffer(8)),
    text: new Uint8Array(new SharedArrayBuffer(1 << 20)),
  };
}

/** @type {(shared: Shared, text: string | null) => void} */
function answer({ state, text }, line) {
  if (line !== null) {
    const bytes = new TextEncoder().encode(line).subarray(0, text.length);
    text.set(bytes);
    state[1] = bytes.length;
  }
  Atomics.store(state, 0, line === null ? 2 : 1);
  Atomics.notify(state, 0);
}

/** @type {(shared: Shared) => void} */
function interrupt({ interrupt: flag, state }) {
  flag[0] = 2;
  Atomics.store(state, 0, 3);
  Atomics.notify(state, 0);
}
