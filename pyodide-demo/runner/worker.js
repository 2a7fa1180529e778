/** Inside the worker: takes the page's messages one by one, has the language do them, tells what happens. */

/**
 * @typedef {import('./protocol.js').ToWorker} ToWorker
 * @typedef {import('./protocol.js').FromWorker} FromWorker
 * @typedef {import('./protocol.js').Shared} Shared
 * @typedef {import('./protocol.js').Engine} Engine
 */

const { parse, stringify } = JSON; // those that no program has replaced

const PAGE = 1 << 16; // bytes of a page of memory, as WebAssembly counts them
const MOST_PAGES = 1 << 14; // of Python's or SQL's memory: 1 GiB
boundMemory();

/**
 * Answer the messages of `scope`, this worker. A blob's module can import no other by a path, so
 * whoever starts the worker hands over what loads the language.
 * @param {{postMessage(message: any): void, addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void}} scope
 * @param {(given: import('./protocol.js').Given & {parts: import('./protocol.js').Parts}, listeners: import('./protocol.js').Listeners) => Promise<Engine>} load
 */
export function serve(scope, load) {
  const post = scope.postMessage.bind(scope);
  /** @type {(message: FromWorker) => void} */
  const send = (message) => post(message);
  /** @type {Engine | null} */
  let engine = null;
  let current = 0; // the request that is being worked on
  /** What the page is fetching. @type {Map<number, (fetched: import('./fetching.js').Fetched) => void>} */
  const fetching = new Map();
  let fetches = 0;

  /** @type {(error: unknown, fatal?: boolean) => void} */
  const fail = (error, fatal = false) => {
    const { name, message, stack } = /** @type {Error} */ (error);
    send({ type: 'ERROR', requestId: current, error: { name, message, stack }, ...(fatal ? { fatal } : {}) });
  };

  /** @param {ToWorker} message */
  async function take(message) {
    switch (message.type) {
      case 'INIT':
        engine = await load({ ...message, parts: received(message) }, {
          onStage: stage => send({ type: 'PROGRESS', stage }),
          onEvent: text => send({ type: 'EVENT', requestId: current, event: parse(text) }),
          onFatal: error => fail(error, true),
          onFetch: url => new Promise((resolve) => {
            fetching.set(++fetches, resolve);
            send({ type: 'FETCH', requestId: current, id: fetches, url });
          }),
          ask: message.shared && message.asks ? asker(message.shared) : undefined,
          pause: message.shared ? pauser(message.shared) : undefined,
        });
        send({ type: 'READY', versions: engine.versions, timings: engine.timings, interruptible: engine.interruptible, modules: engine.modules });
        break;
      case 'RUN': {
        const { requestId, code, options } = message;
        current = requestId;
        const result = await ready(engine).run(code, options);
        send({ type: 'RUN_RESULT', requestId, result });
        break;
      }
      case 'CALL': {
        const { requestId, method, args } = message;
        current = requestId;
        send({ type: 'ANSWER', requestId, value: await ready(engine).call(method, args) });
        break;
      }
      case 'FETCHED':
        fetching.get(message.id)?.(message.fetched);
        fetching.delete(message.id);
        break;
      case 'INTERRUPT':
        if (message.requestId === current) engine?.interrupt();
        break;
      case 'STDIN':
        break; // a run that waits for its answer reads it from the shared memory
      default:
        throw refusal(`the worker knows no message ${stringify(message)}`);
    }
  }

  // A learner's program may set `onmessage`, and cannot take this listener away.
  scope.addEventListener('message', async ({ data }) => {
    try {
      await take(data);
    } catch (error) {
      // Anything else than a refusal means that the program has spoiled what this worker stands on.
      fail(error, !(/** @type {any} */ (error)?.refused));
    }
  });
}

/**
 * Return each file as the promise of it.
 * @param {import('./protocol.js').Given} given
 * @returns {import('./protocol.js').Parts}
 */
function received({ names, files }) {
  /** @type {Record<string, (part: Blob) => void>} */
  const came = {};
  files.onmessage = ({ data: [name, part] }) => came[name](part);
  return Object.fromEntries(names.map(name => [name, new Promise((resolve) => { came[name] = resolve; })]));
}

/**
 * @param {Engine | null} engine
 * @returns {Engine}
 */
function ready(engine) {
  if (!engine) throw refusal('nothing is loaded yet: wait for READY');
  return engine;
}

/** Python asks for as much as its program does, up to 4 GiB, and a page that has it all takes its browser along. */
function boundMemory() {
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function (/** @type {number} */ pages) {
    if (this.buffer.byteLength / PAGE + pages > MOST_PAGES) throw new RangeError('a program here has 1 GiB of memory');
    return grow.call(this, pages);
  };
}

/** @param {string} message */
function refusal(message) {
  return Object.assign(new Error(message), { name: 'Refused', refused: true });
}

/**
 * Return what `input()` calls: it sleeps until the page has written an answer into the shared memory.
 * The page knows of the question from the event that Python has sent just before, and may have
 * answered already.
 * @param {Shared} shared
 * @returns {() => string | undefined | false} undefined: nobody answers; false: the run was interrupted
 */
function asker({ state, text, interrupt }) {
  return () => {
    if (interrupt[0] !== 2) {
      Atomics.compareExchange(state, 0, 3, 0); // left from an interrupt that Python has had already
      Atomics.wait(state, 0, 0);
    }
    const outcome = interrupt[0] === 2 ? 3 : Atomics.load(state, 0);
    const answer = outcome === 1 ? new TextDecoder().decode(text.slice(0, state[1])) : undefined; // null is not Python's None
    Atomics.store(state, 0, 0);
    if (outcome !== 3) return answer;
    interrupt[0] = 0;
    return false;
  };
}

/**
 * Return what `time.sleep()` calls: it sleeps without keeping the processor busy.
 * @param {Shared} shared
 * @returns {(milliseconds: number) => boolean} false: the run was interrupted
 */
function pauser({ state, interrupt }) {
  return (milliseconds) => {
    if (interrupt[0] !== 2) Atomics.wait(state, 1, state[1], Math.min(milliseconds, 50));
    if (interrupt[0] !== 2) return true;
    interrupt[0] = 0;
    return false;
  };
}
