/**
 * Runs Python, or another language, for a page: one run at a time, in a worker that can be stopped, and every call settles.
 *
 *     const runner = new Runner();
 *     const { result, events } = await runner.run('print(1 + 1)');
 *     for await (const event of runner.run('for i in range(3): print(i)')) show(event);
 */

import { RunnerError, checkBrowser } from './errors.js';
import { Host } from './host.js';
import { Limit } from './limit.js';
import { languageOf } from './languages.js';
import { fetchProgram } from './parts.js';
import { Run } from './run.js';

/**
 * @typedef {import('./protocol.js').RunOptions} RunOptions
 * @typedef {import('./protocol.js').Method} Method
 * @typedef {import('./host.js').Ready} Ready
 * @typedef {import('./parts.js').Progress} Progress
 */

/**
 * @typedef {object} Settings
 * @property {string} [language] python (if not said), javascript, typescript or sql
 * @property {string} [base] where the language's parts are; under `dist/` beside the runner's folder if not said
 * @property {(progress: Progress) => void} [onProgress] hears of bytes while they come, then of stages
 * @property {(prompt: string, password: boolean) => Promise<string | null> | string | null} [onInput]
 *   answers `input()`; null: nobody will
 * @property {(direction: 'out' | 'in', message: any, spare: boolean) => void} [onMessage] sees every message
 * @property {boolean} [spare] keep a second worker ready for when the first must be ended (true)
 */

const GRACE_MS = 1000; // for Python to answer an interrupt
const BRIEF_MS = 50; // where only a program that waits can
const CALL_MS = 10_000;
const SPARE_MS = 500; // after the first worker is ready
const LIMIT_MS = 10_000;

export class Runner {
  /** @type {{program: Promise<import('./host.js').Program>, given: Promise<any>} | null} */
  #assets = null;
  /** @type {Promise<Ready> | null} */
  #starting = null;
  /** @type {Host | null} */
  #host = null;
  /** @type {Host | null} */
  #spare = null;
  /** @type {Run | null} */
  #running = null;
  /** What has been asked for, one after the other. @type {Promise<unknown>} */
  #queue = Promise.resolve();
  #requests = 0;
  #disposed = false;
  #preparing = false;

  /** @param {Settings} [settings] */
  constructor(settings = {}) {
    this.settings = settings;
    this.name = settings.language ?? 'python';
    this.language = languageOf(this.name);
    this.base = new URL(settings.base ?? new URL(this.language.base, import.meta.url), document.baseURI).href;
  }

  /**
   * Load Python; again, it gives the same answer. After a failure it may be called anew.
   * @returns {Promise<Ready>}
   * @throws {RunnerError} AssetsMissing, NotSupported, StartFailed, Disposed
   */
  init() {
    if (this.#disposed) return Promise.reject(disposed());
    this.#starting ??= this.#start().catch((error) => {
      this.#starting = this.#assets = null;
      throw error;
    });
    return this.#starting;
  }

  /**
   * Run `code`, after everything that was asked for before. Whatever becomes of the program is a result;
   * the promise is rejected only where nothing could run.
   * @param {string} code
   * @param {RunOptions & {timeoutMs?: number, signal?: AbortSignal}} [options] `timeoutMs` is 10 s, 0 for none
   * @returns {Run}
   */
  run(code, { timeoutMs = LIMIT_MS, signal, ...options } = {}) {
    const run = new Run(code);
    const abort = () => this.#stop(run, interrupted());
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    void this.#enqueue(() => this.#perform(run, options, timeoutMs)).catch(error => run.refuse(error))
      .finally(() => signal?.removeEventListener('abort', abort));
    return run;
  }

  /** Stop the run that is going on, as Ctrl-C does. Names stay where Python can be interrupted. */
  interrupt() {
    if (this.#running) this.#stop(this.#running, interrupted());
  }

  /** Forget the learner's names and modules; files stay. */
  async reset() {
    await this.#call('reset').catch((error) => {
      if (!error.fatal || this.#disposed) throw error; // a worker that has ended at it has no names either
    });
  }

  /**
   * Have the worker do what is none of the calls below; which methods there are depends on the language.
   * @type {(method: Method, ...args: any[]) => Promise<any>}
   */
  call(method, ...args) {
    return this.#call(method, ...args);
  }

  /** Whether something is running now. */
  get busy() {
    return this.#running !== null;
  }

  /** @type {(name: string, value: any) => Promise<void>} */
  setVariable(name, value) {
    return this.#call('set_variable', name, value);
  }

  /** @type {(name: string) => Promise<any>} */
  getVariable(name) {
    return this.#call('get_variable', name);
  }

  /** @type {(path: string, text: string) => Promise<void>} */
  writeFile(path, text) {
    return this.#call('write_file', path, text);
  }

  /** @type {(path: string) => Promise<string>} */
  readFile(path) {
    return this.#call('read_file', path);
  }

  /** @type {(folder?: string) => Promise<string[]>} */
  listFiles(folder = '.') {
    return this.#call('list_files', folder);
  }

  /** End everything; what still waits is told so. */
  dispose() {
    this.#disposed = true;
    const error = disposed();
    for (const host of [this.#host, this.#spare]) host?.kill(error);
    this.#host = this.#spare = null;
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #enqueue(work) {
    const done = this.#queue.then(() => {
      if (this.#disposed) throw disposed();
      return work();
    });
    this.#queue = done.catch(() => {});
    return done;
  }

  /** @type {(method: Method, ...args: any[]) => Promise<any>} */
  #call(method, ...args) {
    return this.#enqueue(async () => {
      const host = await this.#ready();
      const limit = setTimeout(() => host.kill(new RunnerError('TimeLimitExceeded', `${method} took too long`)), CALL_MS);
      try {
        return await host.request({ type: 'CALL', requestId: ++this.#requests, method, args });
      } finally {
        clearTimeout(limit);
      }
    });
  }

  /** @type {(run: Run, options: RunOptions, timeoutMs: number) => Promise<void>} */
  async #perform(run, options, timeoutMs) {
    if (run.stopped) return run.cut(run.stopped);
    if (typeof run.code !== 'string') throw new RunnerError('Refused', `the code is ${typeof run.code} and no text`);
    const host = await this.#ready();
    if (run.stopped) return run.cut(run.stopped);
    const limit = new Limit(timeoutMs, () => this.#stop(run, {
      name: 'TimeLimitExceeded', message: `the program ran longer than ${timeoutMs / 1000} s`,
    }));
    const requestId = ++this.#requests;
    this.#running = run;
    this.#stopNow = error => this.#end(host, run, requestId, error);
    run.begin();
    limit.go();
    try {
      run.finish(await host.request({ type: 'RUN', requestId, code: run.code, options }, (event) => {
        run.push(event);
        if (event.type === 'status' && event.state === 'input') void this.#ask(host, requestId, event, limit);
      }));
    } catch (error) {
      const told = /** @type {RunnerError} */ (error);
      if (!told.fatal) throw error; // an option did not fit: nothing has run
      run.push({ type: 'status', state: 'restarted' });
      run.cut(run.stopped ?? told);
    } finally {
      limit.end();
      this.#running = null;
    }
  }

  /** @type {(error: import('./protocol.js').ErrorInfo) => void} */
  #stopNow = () => {};

  /** @type {(run: Run, error: import('./protocol.js').ErrorInfo) => void} */
  #stop(run, error) {
    if (run.stopped || run.isOver) return;
    run.stopped = error; // one that is still in the queue ends when its turn comes
    if (run === this.#running) this.#stopNow(error);
  }

  /** @type {(host: Host, run: Run, requestId: number, error: import('./protocol.js').ErrorInfo) => void} */
  #end(host, run, requestId, { name, message }) {
    host.post({ type: 'INTERRUPT', requestId });
    setTimeout(() => run.isOver || host.kill(new RunnerError(name, message)), host.interruptible ? GRACE_MS : BRIEF_MS);
  }

  /** @type {(host: Host, requestId: number, event: any, limit: Limit) => Promise<void>} */
  async #ask(host, requestId, { prompt, password }, limit) {
    limit.pause(); // a person thinks as long as they like
    let data = null;
    try {
      data = await this.settings.onInput?.(String(prompt ?? ''), Boolean(password)) ?? null;
    } finally {
      limit.go();
      if (host.alive) host.post({ type: 'STDIN', requestId, data: data === null ? null : String(data) });
    }
  }

  async #start() {
    if (this.#disposed) throw disposed();
    checkBrowser();
    const host = await this.#open();
    this.#host = host;
    if (this.#disposed) host.kill(disposed());
    const ready = await host.ready;
    this.settings.onProgress?.({ stage: 'ready', loaded: 1, total: 1 });
    if (this.settings.spare ?? true) setTimeout(() => this.#prepareSpare(), SPARE_MS);
    return ready;
  }

  /** Fetch what a worker is made of, once: the next one is made of the same. */
  #fetch() {
    this.#assets ??= {
      program: fetchProgram(this.language.engine),
      given: this.language.fetch(this.base, progress => this.settings.onProgress?.(progress))
        .then(parts => ({ ...parts, language: this.name, asks: Boolean(this.settings.onInput) })),
    };
    this.#assets.given.catch(() => {}); // the host tells of it
    return this.#assets;
  }

  async #open(isSpare = false) {
    const { program, given } = this.#fetch();
    const host = new Host(await program, given, {
      onStage: stage => this.settings.onProgress?.({ stage, loaded: 1, total: 1 }),
      tap: (direction, message) => this.settings.onMessage?.(direction, message, host.isSpare),
    });
    host.isSpare = isSpare;
    return host;
  }

  /** Return a host that can take a request: the one there is, the spare, or a new one. */
  async #ready() {
    await this.init();
    if (!this.#host?.alive) {
      this.#host = this.#spare?.alive ? this.#spare : await this.#open();
      this.#spare = null;
      this.#host.isSpare = false;
      await this.#host.ready;
      if (this.settings.spare ?? true) setTimeout(() => this.#prepareSpare(), SPARE_MS);
    }
    return this.#host;
  }

  async #prepareSpare() {
    if (this.#disposed || this.#spare?.alive || this.#preparing) return;
    this.#preparing = true;
    try {
      this.#spare = await this.#open(true);
    } finally {
      this.#preparing = false;
    }
    if (this.#disposed) this.#spare.kill(disposed());
  }
}

const interrupted = () => ({ name: 'KeyboardInterrupt', message: 'stopped' });
const disposed = () => new RunnerError('Disposed', 'the runner has been disposed', { fatal: true });
