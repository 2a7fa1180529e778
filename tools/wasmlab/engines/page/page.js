/** The page's side: a worker for each instance, and the clock that ends it. */

/**
 * @typedef {import('./messages.js').Request} Request
 * @typedef {import('./messages.js').Answer} Answer
 * @typedef {import('./messages.js').Outcome} Outcome
 */

/** @type {Map<number, Worker>} */
const workers = new Map();
let spare = fresh();

function fresh() {
  return new Worker('worker.js', { type: 'module' });
}

/** Take the worker that waits, and let another one start. */
function take() {
  const worker = spare;
  spare = fresh();
  return worker;
}

/**
 * Let a worker do one thing; when its time is over it is ended, and the outcome says so.
 * @param {number} id
 * @param {Request} request
 * @param {number} milliseconds
 * @returns {Promise<Outcome>}
 */
function ask(id, request, milliseconds) {
  const worker = workers.get(id);
  if (!worker) return Promise.resolve({ error: { name: 'Gone', message: 'the instance is gone', stack: '' } });
  return new Promise((resolve) => {
    /** @type {import('./messages.js').Crossing[]} */
    const crossings = [];
    /** @type {[number, string][]} */
    const said = [];
    /** @type {(outcome: Outcome) => void} */
    const settle = (outcome) => {
      clearTimeout(clock);
      worker.onmessage = worker.onerror = null;
      resolve({ ...outcome, crossings, said });
    };
    let clock = 0;
    const wind = () => {
      clearTimeout(clock);
      clock = setTimeout(() => {
        dispose([id]);
        settle({ error: { name: 'TimeLimit', message: `still running after ${milliseconds / 1000} s`, stack: '' } });
      }, milliseconds);
    };
    if (request.do !== 'open') wind();
    worker.onmessage = (/** @type {MessageEvent<Answer>} */ { data }) => {
      crossings.push(...data.crossings);
      said.push(...data.said);
      if (data.ready) wind();
      if (data.back) clearTimeout(clock);
      if (data.outcome) settle(data.outcome);
    };
    worker.onerror = event => settle({ error: { name: 'WorkerFailed', message: event.message, stack: '' } });
    worker.postMessage(request);
  });
}

/**
 * Open a module, or do something with one that is open; `gone` are instances that nobody needs any more.
 * @param {{id: number, request: Request, milliseconds: number, gone: number[]}} order
 * @returns {Promise<Outcome>}
 */
function order({ id, request, milliseconds, gone }) {
  dispose(gone);
  if (request.do === 'open' || request.do === 'probe') workers.set(id, take());
  return request.do === 'calls' ? askEach(id, request, milliseconds) : ask(id, request, milliseconds);
}

/**
 * Make calls one after the other, until the instance is gone.
 * @param {number} id
 * @param {Extract<Request, {do: 'calls'}>} request
 * @param {number} milliseconds
 * @returns {Promise<Outcome>}
 */
async function askEach(id, { shapes, calls }, milliseconds) {
  const requests = calls.map(([name, args]) => (/** @type {Request} */ ({ do: 'call', name, shape: shapes[name], args })));
  if (!workers.has(id)) return ask(id, requests[0], milliseconds);
  /** @type {Outcome[]} */
  const each = [];
  for (const request of requests) {
    if (!workers.has(id)) break;
    each.push(await ask(id, request, milliseconds));
  }
  return { each };
}

/** @param {number[]} ids */
function dispose(ids) {
  for (const id of ids) {
    workers.get(id)?.terminate();
    workers.delete(id);
  }
}

Object.assign(globalThis, { wasmlab: order });
