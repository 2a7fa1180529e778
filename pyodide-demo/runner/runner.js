/**
 * Runs Python, or another language, for a page: one run at a time, in a worker that can be stopped, and every call settles.
 *
 *     const runner = new Runner();
 *     const { result, events } = await runner.run('print(1 + 1)');
 *     for await (const event of runner.run('for i in range(3): print(i)')) show(event);
 */

import { RunnerError, disposed } from './errors.js';
import { demand } from './languages.js';
import { Limit } from './limit.js';
import { Packages } from './packages.js';
import { Run } from './run.js';
import { Workers } from './workers.js';

/**
 * @typedef {import('./protocol.js').RunOptions} RunOptions
 * @typedef {import('./protocol.js').Method} Method
 * @typedef {import('./host.js').Host} Host
 * @typedef {import('./host.js').Ready} Ready
 * @typedef {import('./parts.js').Progress} Progress
 */

/**
 * @typedef {object} Settings
 * @property {string} [language] python (if not said), javascript, typescript or sql
 * @property {string} [base] where the language's parts are; under `dist/` beside the runner's folder if not said
 * @property {string} [packages] where packages are; `packages/` beside the parts if not said
 * @property {string[]} [network] origins that programs may reach, such as `https://example.org`; none if not said
 * @property {(progress: Progress) => void} [onProgress] hears of bytes while they come, then of stages
 * @property {(prompt: string, password: boolean) => Promise<string | null> | string | null} [onInput]
 *   answers `input()`; null: nobody will
 * @property {(direction: 'out' | 'in', message: any, spare: boolean) => void} [onMessage] sees every message
 * @property {boolean} [spare] keep a second worker ready for when the first must be ended (true)
 */

const GRACE_MS = 1000; // for Python to answer an interrupt
const BRIEF_MS = 50; // where only a program that waits can
const CALL_MS = 10_000;
const INSTALL_MS = 120_000;
const LIMIT_MS = 10_000;

export class Runner {
  /** @type {Run | null} */
  #running = null;
  /** What has been asked for, one after the other. @type {Promise<unknown>} */
  #queue = Promise.resolve();
  #requests = 0;
  /** @type {Workers} */
  #workers;
  /** @type {Packages} */
  #packages;

  /** @param {Settings} [settings] */
  constructor(settings = {}) {
    this.settings = settings;
    this.#workers = new Workers(settings, url => this.#packages.fetchFor(url));
    this.name = this.#workers.name;
    const packages = new URL(settings.packages ?? new URL('../packages/', this.#workers.base), document.baseURI).href;
    this.#packages = new Packages(packages, progress => settings.onProgress?.(progress),
      (host, method, ...args) => this.#request(host, method, args, INSTALL_MS), Boolean(settings.network?.length));
  }

  /** Where the language's parts are; it may be put right after they were not found. */
  get base() {
    return this.#workers.base;
  }

  set base(address) {
    this.#workers.base = address;
  }

  /**
   * Load Python; again, it gives the same answer. After a failure it may be called anew.
   * @returns {Promise<Ready>}
   * @throws {RunnerError} AssetsMissing, NotSupported, StartFailed, Disposed
   */
  init() {
    return this.#workers.init();
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
      if (!error.fatal || this.#workers.disposed) throw error; // a worker that has ended at it has no names either
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

  /**
   * Install packages that the lesson's lock pins, with what they need; others by micropip, where the lesson
   * grants an index. What is pinned and imported by a program comes by itself.
   * @param {string[]} names
   * @returns {Promise<string[]>} name and version of each that is new
   * @throws {RunnerError} PackageRefused, PackageMissing, PackageBroken: its message says what to do
   */
  installPackages(names) {
    if (this.name !== 'python') return Promise.reject(new RunnerError('Refused', 'packages are for Python'));
    return this.#enqueue(async () => this.#packages.install(await this.#workers.ready(), names));
  }

  /** End everything; what still waits is told so. */
  dispose() {
    this.#workers.dispose();
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #enqueue(work) {
    const done = this.#queue.then(() => {
      if (this.#workers.disposed) throw disposed();
      return work();
    });
    this.#queue = done.catch(() => {});
    return done;
  }

  /** @type {(method: Method, ...args: any[]) => Promise<any>} */
  #call(method, ...args) {
    return this.#enqueue(async () => {
      demand(this.name, method);
      return this.#request(await this.#workers.ready(), method, args, CALL_MS);
    });
  }

  /** @type {(host: Host, method: Method, args: any[], milliseconds: number) => Promise<any>} */
  async #request(host, method, args, milliseconds) {
    const limit = setTimeout(() => host.kill(new RunnerError('TimeLimitExceeded', `${method} took too long`)), milliseconds);
    try {
      return await host.request({ type: 'CALL', requestId: ++this.#requests, method, args });
    } finally {
      clearTimeout(limit);
    }
  }

  /** @type {(run: Run, options: RunOptions, timeoutMs: number) => Promise<void>} */
  async #perform(run, options, timeoutMs) {
    if (run.isOver) return; // stopped while it waited for others
    if (typeof run.code !== 'string') throw new RunnerError('Refused', `the code is ${typeof run.code} and no text`);
    if (options.trace) demand(this.name, 'trace');
    if (options.watch?.length) demand(this.name, 'watch');
    this.#stopNow = () => {}; // until the program begins it is only noted that it shall stop
    this.#running = run;
    try {
      const host = await this.#workers.ready();
      if (host.modules) await this.#packages.prepare(host, run.code);
      if (run.stopped) run.cut(run.stopped);
      else await this.#begin(host, run, options, timeoutMs);
    } finally {
      this.#running = null;
    }
  }

  /** @type {(host: Host, run: Run, options: RunOptions, timeoutMs: number) => Promise<void>} */
  async #begin(host, run, options, timeoutMs) {
    // Until the program begins: the worker may be busy with what another run has left.
    const limit = new Limit(timeoutMs && timeoutMs + GRACE_MS, () => this.#stop(run, {
      name: 'TimeLimitExceeded', message: `the program ran longer than ${timeoutMs / 1000} s`,
    }));
    const requestId = ++this.#requests;
    let begun = false;
    const interrupt = () => begun && host.post({ type: 'INTERRUPT', requestId }); // an earlier one would be lost
    this.#stopNow = (error) => {
      interrupt();
      this.#endSoon(host, run, error);
    };
    run.begin();
    limit.go();
    try {
      run.finish(await host.request({ type: 'RUN', requestId, code: run.code, options }, (event) => {
        run.push(this.#packages.explained(event));
        if (!begun && event.type === 'status' && event.state === 'busy') {
          begun = true;
          limit.anew(timeoutMs);
          if (run.stopped) interrupt();
        }
        if (event.type === 'status' && event.state === 'input') void this.#ask(host, requestId, event, limit);
      }));
    } catch (error) {
      const told = /** @type {RunnerError} */ (error);
      if (!told.fatal) throw error; // an option did not fit: nothing has run
      run.push({ type: 'status', state: 'restarted' });
      run.cut(run.stopped ?? told);
    } finally {
      limit.end();
    }
  }

  /** @type {(error: import('./protocol.js').ErrorInfo) => void} */
  #stopNow = () => {};

  /** @type {(run: Run, error: import('./protocol.js').ErrorInfo) => void} */
  #stop(run, error) {
    if (run.stopped || run.isOver) return;
    run.stopped = error;
    if (run === this.#running) this.#stopNow(error);
    else run.cut(error); // it waits for others still: nothing of it has run
  }

  /** @type {(host: Host, run: Run, error: import('./protocol.js').ErrorInfo) => void} */
  #endSoon(host, run, { name, message }) {
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
}

const interrupted = () => ({ name: 'KeyboardInterrupt', message: 'stopped' });
