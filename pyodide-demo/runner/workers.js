/** The workers behind one runner: the one that is used, and a spare that takes over where it must be ended. */

import { checkBrowser, disposed } from './errors.js';
import { Host } from './host.js';
import { languageOf } from './languages.js';
import { fetchProgram } from './parts.js';

/** @typedef {import('./host.js').Ready} Ready */

const SPARE_MS = 1500; // after the first worker is ready: what is run at once has the processor for itself

export class Workers {
  /** @type {{program: Promise<import('./host.js').Program>, given: Promise<any>} | null} */
  #assets = null;
  /** @type {Promise<Ready> | null} */
  #starting = null;
  /** @type {Host | null} */
  #host = null;
  /** @type {Host | null} */
  #spare = null;
  #disposed = false;

  /**
   * @param {import('./runner.js').Settings} settings
   * @param {(url: string) => Promise<import('./fetching.js').Fetched>} onFetch
   */
  constructor(settings, onFetch) {
    this.settings = settings;
    this.onFetch = onFetch;
    this.name = settings.language ?? 'python';
    this.language = languageOf(this.name);
    this.base = new URL(settings.base ?? new URL(this.language.base, import.meta.url), document.baseURI).href;
  }

  get disposed() {
    return this.#disposed;
  }

  /**
   * Start the first worker; again, it gives the same answer. After a failure it may be called anew.
   * @returns {Promise<Ready>}
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
   * Return a host that can take a request: the one there is, the spare, or a new one.
   * @returns {Promise<Host>}
   */
  async ready() {
    await this.init();
    if (!this.#host?.alive) {
      this.#host = this.#spare?.alive ? this.#spare : this.#open();
      this.#spare = null;
      this.#host.isSpare = false;
      await this.#host.ready;
      this.#prepareLater();
    }
    return this.#host;
  }

  dispose() {
    this.#disposed = true;
    const error = disposed();
    for (const host of [this.#host, this.#spare]) host?.kill(error);
    this.#host = this.#spare = null;
  }

  async #start() {
    if (this.#disposed) throw disposed();
    checkBrowser();
    const host = this.#open();
    this.#host = host;
    const ready = await host.ready;
    this.settings.onProgress?.({ stage: 'ready', loaded: 1, total: 1 });
    this.#prepareLater();
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

  #open(isSpare = false) {
    const { program, given } = this.#fetch();
    const host = new Host(program, given, {
      onStage: stage => this.settings.onProgress?.({ stage, loaded: 1, total: 1 }),
      onFetch: this.onFetch,
      tap: (direction, message) => this.settings.onMessage?.(direction, message, host.isSpare),
    }, this.settings.network);
    host.isSpare = isSpare;
    return host;
  }

  #prepareLater() {
    if (this.settings.spare ?? true) setTimeout(() => this.#prepareSpare(), SPARE_MS);
  }

  #prepareSpare() {
    if (!this.#disposed && !this.#spare?.alive) this.#spare = this.#open(true);
  }
}
