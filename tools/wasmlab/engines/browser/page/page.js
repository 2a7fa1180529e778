/** The page's side: a worker for each instance that is at work, and the clock that ends it. */

/**
 * @typedef {import('./messages.js').Request} Request
 * @typedef {import('./messages.js').Answer} Answer
 * @typedef {import('./messages.js').Outcome} Outcome
 */

/** @type {Map<number, Worker>} */
const workers = new Map();
/** One worker opens at most so many modules, with so many bytes of memory together: a worker takes 30 ms to start. */
const TURNS = 64;
const ROOM = 64 << 20;
/** @typedef {{turns: number, room: number, size: number}} Left */
/** What is left of that to a worker, and the size of the memory that it has now. @type {WeakMap<Worker, Left>} */
const lefts = new WeakMap();
/** A worker whose module nobody needs any more. @type {Worker | null} */
let free = null;
/** A worker that starts before it is wanted. @type {Worker | null} */
let spare = fresh();

function fresh() {
  const worker = new Worker('worker.js', { type: 'module' });
  lefts.set(worker, { turns: TURNS, room: ROOM, size: 0 });
  return worker;
}

/** @type {(worker: Worker) => Left} */
function leftTo(worker) {
  return /** @type {Left} */ (lefts.get(worker));
}

/**
 * Take the worker that is free, or the one that waits; another one starts where this one is for one module alone.
 * @param {Request} request
 */
function take(request) {
  const worker = free ?? spare ?? fresh();
  if (worker === spare) spare = null;
  free = null;
  const left = leftTo(worker);
  // What a module may leave behind no other one may meet.
  left.turns = request.do === 'open' && request.opening.harmless ? left.turns - 1 : 0;
  left.size = 0;
  if (!left.turns) spare ??= fresh();
  return worker;
}

/** Whether a worker may open another module after the one that it has had. @type {(worker: Worker) => boolean} */
function mayGoOn(worker) {
  const left = leftTo(worker);
  left.room -= left.size;
  return left.turns > 0 && left.room > 0;
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
        end(id);
        settle({ error: { name: 'TimeLimit', message: `still running after ${milliseconds / 1000} s`, stack: '' } });
      }, milliseconds);
    };
    if (request.do !== 'open') wind();
    worker.onmessage = (/** @type {MessageEvent<Answer>} */ { data }) => {
      crossings.push(...data.crossings);
      said.push(...data.said);
      if (data.ready) wind();
      if (data.back) clearTimeout(clock);
      leftTo(worker).size = Math.max(leftTo(worker).size, data.outcome?.size ?? 0);
      if (data.outcome) settle(data.outcome);
    };
    worker.onerror = (event) => {
      end(id);
      settle({ error: { name: 'WorkerFailed', message: event.message, stack: '' } });
    };
    worker.postMessage(request);
  });
}

/**
 * Open a module, or do something with one that is open; `gone` are instances that nobody needs any more.
 * @param {{id: number, request: Request, milliseconds: number, gone: number[]}} order
 * @returns {Promise<Outcome>}
 */
function order({ id, request, milliseconds, gone }) {
  release(gone);
  if (request.do === 'open' || request.do === 'probe') workers.set(id, take(request));
  switch (request.do) {
    case 'open': return open(id, request, milliseconds);
    case 'calls': return askEach(id, request, milliseconds);
    default: return ask(id, request, milliseconds);
  }
}

/**
 * Open a module, and do the first thing with it.
 * @param {number} id
 * @param {Extract<Request, {do: 'open'}>} request
 * @param {number} milliseconds
 * @returns {Promise<Outcome>}
 */
async function open(id, { then, ...request }, milliseconds) {
  const outcome = await ask(id, request, milliseconds);
  return then && !outcome.error ? { ...outcome, then: await ask(id, then, milliseconds) } : outcome;
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

/**
 * Give instances up; a worker that has come to the end of its last request may open another module.
 * @param {number[]} ids
 */
function release(ids) {
  for (const id of ids) {
    const worker = workers.get(id);
    workers.delete(id);
    if (worker && !free && mayGoOn(worker)) free = worker;
    else worker?.terminate();
  }
}

/** @param {number} id */
function end(id) {
  workers.get(id)?.terminate();
  workers.delete(id);
}

Object.assign(globalThis, { wasmlab: order });
