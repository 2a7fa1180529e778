/** One worker in its sandboxed frame, seen from the page: ask it something, answer it, end it. */

import { RunnerError } from './errors.js';

/**
 * @typedef {import('./protocol.js').ToWorker} ToWorker
 * @typedef {import('./protocol.js').FromWorker} FromWorker
 * @typedef {Extract<FromWorker, {type: 'READY'}>} Ready
 * @typedef {{frame: string, program: Blob[]}} Program the texts that run inside the frame
 * @typedef {(direction: 'out' | 'in', message: any) => void} Tap
 */

/** No network but what the page grants; scripts only from the blobs that the frame makes of what the page sends. */
const POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' blob:; "
  + "worker-src blob:; base-uri 'none'; form-action 'none'; connect-src ";

/** The frame starts, often as a process of its own, while its text is still on the way. */
const FIRST = `onmessage = ({ data, source, ports }) => {
  if (source !== parent) return;
  onmessage = null;
  (0, eval)(data.frame);
  start(data.program, data.most, ports[0]);
}`;

const MOST_MESSAGES = 5000; // that one request may cause: what is printed comes in few of them
const START_MS = 120_000;

export class Host {
  /** @type {{id: number, resolve: (value: any) => void, reject: (error: Error) => void, onEvent: (event: any) => void} | null} */
  #pending = null;
  #channel = new MessageChannel();
  #alive = true;
  /** Whether it only stands by. */
  isSpare = false;
  /** Whether a busy program can be interrupted, or only its worker be ended. */
  interruptible = false;
  /** What can be imported without any package, where that is known. @type {Set<string> | null} */
  modules = null;
  /** @type {(error: RunnerError) => void} */
  #failStart = () => {};

  /**
   * Start a worker; it gets ready while what is `given` may still be on its way.
   * @param {Promise<Program>} program
   * @param {Promise<Omit<import('./protocol.js').Given, 'shared' | 'names' | 'files'> & {parts: import('./parts.js').Coming}>} given
   * @param {{onStage: (stage: string) => void, onFetch: (url: string) => Promise<import('./fetching.js').Fetched>, tap: Tap}} listeners
   * @param {string[]} [network] origins that the program may reach
   */
  constructor(program, given, { onStage, onFetch, tap }, network = []) {
    this.tap = tap;
    this.onFetch = onFetch;
    this.onStage = onStage;
    this.frame = document.createElement('iframe');
    this.frame.setAttribute('sandbox', 'allow-scripts');
    this.frame.allow = 'cross-origin-isolated';
    this.frame.hidden = true;
    this.frame.title = 'Where the program runs';
    this.frame.srcdoc = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}${granted(network)}"><script>${FIRST}</script>`;
    /** @type {Promise<Ready>} */
    this.ready = new Promise((resolve, reject) => {
      this.#failStart = reject;
      this.#onReady = resolve;
    });
    this.ready.catch(() => {}); // whoever waits for it hears of it; a spare is waited for by nobody
    this.deadline = setTimeout(() => this.#end(new RunnerError('StartFailed', 'it did not start within two minutes')), START_MS);
    this.#channel.port1.onmessage = ({ data }) => this.#take(data);
    this.#channel.port1.onmessageerror = () => this.#end(new RunnerError('WorkerFailed', 'a message cannot be read'));
    const loaded = new Promise((resolve) => { this.frame.onload = resolve; });
    document.body.append(this.frame);
    Promise.all([program, loaded]).then(([texts]) => this.frame.contentWindow?.postMessage(
      { ...texts, most: MOST_MESSAGES }, '*', [this.#channel.port2])).catch(error => this.#end(error));
    given.then(({ parts, ...rest }) => this.#init(parts, rest)).catch(error => this.#end(error));
  }

  /** @type {(ready: Ready) => void} */
  #onReady = () => {};

  /** Whether a request can still be made. */
  get alive() {
    return this.#alive;
  }

  /**
   * Send a request and wait for its answer.
   * @param {Extract<ToWorker, {type: 'RUN' | 'CALL'}>} message
   * @param {(event: import('./protocol.js').RunEvent) => void} [onEvent]
   * @returns {Promise<any>}
   */
  request(message, onEvent = () => {}) {
    return new Promise((resolve, reject) => {
      this.#pending = { id: message.requestId, resolve, reject, onEvent };
      if (this.#alive) this.post(message);
      else this.#settle(new RunnerError('WorkerFailed', 'the worker has ended', { fatal: true }));
    });
  }

  /** @param {ToWorker} message @param {Transferable[]} [transfer] */
  post(message, transfer = []) {
    this.tap('out', message);
    this.#channel.port1.postMessage(message, transfer);
  }

  /**
   * The files follow one by one as they come, so that the worker begins with the first.
   * @type {(parts: import('./parts.js').Coming, rest: {lock: any, language: string, asks: boolean}) => Promise<void>}
   */
  async #init(parts, rest) {
    const { port1, port2 } = new MessageChannel();
    if (this.#alive) this.post({ type: 'INIT', ...rest, names: Object.keys(parts), files: port2, shared: null }, [port2]);
    await Promise.all(Object.entries(parts).map(async ([name, part]) => port1.postMessage([name, await part])));
  }

  /**
   * End the worker, whatever it does; the request that waits is rejected with `error`.
   * @param {RunnerError} error
   */
  kill(error) {
    this.#end(error);
  }

  /** @param {FromWorker} message what came, which a learner's program may have forged */
  #take(message) {
    if (!this.#alive) return;
    this.tap('in', message);
    const waiting = message && this.#pending?.id === /** @type {any} */ (message).requestId ? this.#pending : null;
    switch (message?.type) {
      case 'PROGRESS': this.onStage(String(message.stage)); break;
      case 'READY':
        clearTimeout(this.deadline);
        this.interruptible = Boolean(message.interruptible);
        this.modules = Array.isArray(message.modules) ? new Set(message.modules) : null;
        this.#onReady(message);
        break;
      case 'EVENT': if (typeof message.event?.type === 'string') waiting?.onEvent(message.event); break;
      case 'FETCH': if (waiting) void this.#fetch(message); break;
      case 'RUN_RESULT': if (waiting) this.#settle(null, message.result); break;
      case 'ANSWER': if (waiting) this.#settle(null, message.value); break;
      case 'ERROR': this.#fail(message, waiting !== null); break;
      default: console.warn('the worker sent a message that nobody knows', message);
    }
  }

  /** @type {(message: Extract<FromWorker, {type: 'FETCH'}>) => Promise<void>} */
  async #fetch({ id, url }) {
    const fetched = await this.onFetch(String(url));
    if (this.#alive) this.post({ type: 'FETCHED', id, fetched }, [fetched.body]);
  }

  /** @type {(message: Extract<FromWorker, {type: 'ERROR'}>, waits: boolean) => void} */
  #fail({ error, fatal }, waits) {
    const { name, message, stack } = error ?? {};
    const told = new RunnerError(String(name ?? 'WorkerFailed'), String(message ?? ''), { fatal, stack });
    if (fatal) this.#end(told);
    else if (waits) this.#settle(told);
  }

  /** @type {(error: Error | null, value?: any) => void} */
  #settle(error, value) {
    const pending = this.#pending;
    this.#pending = null;
    if (error) pending?.reject(error);
    else pending?.resolve(value);
  }

  /** @type {(error: RunnerError) => void} */
  #end(error) {
    if (!this.#alive) return;
    this.#alive = false;
    error.fatal = true;
    clearTimeout(this.deadline);
    this.#channel.port1.close();
    this.frame.remove(); // ends its worker, and whatever that has started
    this.#failStart(error);
    this.#settle(error);
  }
}

/**
 * @param {string[]} network
 * @returns {string} the origins as the policy lists them
 */
function granted(network) {
  for (const origin of network) {
    if (!/^(https?|wss?):\/\/[\w.-]+(:\d+)?$/.test(origin)) {
      throw new RunnerError('Refused', `network takes origins such as https://example.org, not ${JSON.stringify(origin)}`);
    }
  }
  return network.join(' ') || "'none'";
}
