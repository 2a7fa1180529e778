/** Packages for Python: which of them the lesson allows, where their files are, and why one cannot be had. */

import { RunnerError } from './errors.js';
import { PINNED, failed, fromIndex, fromLock, isGranted } from './fetching.js';
import { fetchAll, get } from './parts.js';
import { canonical, lacking, notAllowed, notFetched, ofMicropip, packageOf } from './reasons.js';

/**
 * One package that the lesson's lock pins; `here` says whether its file has been fetched.
 * @typedef {{name: string, version: string, file: string, sha256: string, bytes: number, imports: string[], needs: string[], here: boolean}} Pinned
 */

/**
 * What lies beside the page as `packages.json`; `modules` names the package of well-known modules,
 * `index` the addresses that micropip may fetch from: first the index itself.
 * @typedef {{lesson: string, allowed: string[], index: string[], packages: Record<string, Pinned>, modules: Record<string, string>, problem: string}} Index
 */

/** @typedef {import('./host.js').Host} Host */

const MICROPIP = 'micropip';
const IMPORTS = /^[^\S\n]*(?:from\s+([\w.]+)\s+import\b|import\s+([\w., \t]+))|;[^\S\n]*(?:from|import)\s+([\w.]+)/gm;

export class Packages {
  /** @type {Promise<Index> | null} */
  #loading = null;
  /** @type {Index | null} */
  #index = null;
  /** What has been fetched, by its hash. @type {Map<string, Blob>} */
  #fetched = new Map();
  /** What each worker has got. @type {WeakMap<Host, Set<string>>} */
  #installed = new WeakMap();
  /** What a new worker must get too. @type {Set<string>} */
  #chosen = new Set();
  /** Why the last program did not get a package that it imports. @type {Map<string, string>} */
  #troubles = new Map();
  /** Why the last file that micropip asked for did not come. */
  #why = '';

  /**
   * @param {string} base the folder's address, with a slash at its end
   * @param {(progress: import('./parts.js').Progress) => void} onProgress
   * @param {(host: Host, method: 'install_packages' | 'use_index' | 'install_from_index', ...args: any[]) => Promise<any>} ask
   * @param {boolean} online whether the page grants programs any network
   */
  constructor(base, onProgress, ask, online) {
    this.online = online;
    this.base = base;
    this.onProgress = onProgress;
    this.ask = ask;
  }

  /**
   * Give a worker the packages and what they need; one that it has already is not given again.
   * @param {Host} host
   * @param {string[]} names
   * @returns {Promise<string[]>} name and version of each that is new in this worker
   * @throws {RunnerError} PackageRefused, PackageMissing, PackageBroken: its message says what to do
   */
  async install(host, names) {
    if (!Array.isArray(names) || names.some(name => typeof name !== 'string')) {
      throw new RunnerError('Refused', 'name the packages in a list of texts');
    }
    const index = await this.#load();
    const [here, elsewhere] = shared(index, names.map(canonical));
    const wheels = wheelsOf(index, elsewhere.length ? [...here, MICROPIP] : here);
    const installed = this.#installed.get(host) ?? new Set();
    this.#installed.set(host, installed);
    const missing = wheels.filter(({ name }) => !installed.has(name));
    if (missing.length) {
      await this.#fetch(missing);
      await this.ask(host, 'install_packages', missing.map(wheel => ({ ...wheel, content: /** @type {Blob} */ (this.#fetched.get(wheel.sha256)) })));
      for (const { name } of missing) installed.add(name);
    }
    const wanted = elsewhere.filter(name => !installed.has(name));
    const others = wanted.length ? await this.#installOthers(host, index, wanted) : [];
    for (const name of wanted) installed.add(name);
    for (const name of names) this.#chosen.add(canonical(name));
    return [...missing.map(({ name, version }) => `${name} ${version}`), ...others];
  }

  /** By micropip, which must be there. @type {(host: Host, index: Index, names: string[]) => Promise<string[]>} */
  async #installOthers(host, index, names) {
    await this.#pointMicropip(host, index);
    return this.ask(host, 'install_from_index', names).catch((error) => {
      const told = ofMicropip(index, this.online, error.message, this.#why);
      throw told ? new RunnerError(error.name, `${told.what} ${told.hint}`) : error;
    });
  }

  /** Let micropip find what the lock pins, and what the lesson's index has. @type {(host: Host, index: Index) => Promise<void>} */
  async #pointMicropip(host, index) {
    const [first] = index.index;
    const own = first ? [first.replace(/\/+$/, '')] : this.online ? ['PYPI'] : []; // micropip's word for the index it knows
    await this.ask(host, 'use_index', [PINNED, ...index.index], [`${PINNED}simple`, ...own]);
  }

  /**
   * Fetch a file for micropip, where the lesson allows it.
   * @param {string} url
   * @returns {Promise<import('./fetching.js').Fetched>}
   */
  async fetchFor(url) {
    const index = await this.#load().catch(() => null);
    const fetched = !index ? failed(0, 'the lesson has no list of packages')
      : url.startsWith(PINNED) ? await fromLock(this.#offered(index), url, wheel => this.#contentOf(wheel))
        : isGranted(index.index, url) ? await fromIndex(url, this.onProgress)
          : failed(0, `the lesson does not grant ${url}`);
    if (!url.startsWith(PINNED)) this.#why = fetched.why;
    return fetched;
  }

  /** What the lesson allows, with what it needs, as far as it is here. @type {(index: Index) => Pinned[]} */
  #offered(index) {
    /** @type {Set<string>} */
    const names = new Set(index.allowed);
    for (const name of names) for (const needed of index.packages[name]?.needs ?? []) names.add(needed);
    return Object.values(index.packages).filter(({ name, here }) => here && names.has(name));
  }

  /** @type {(wheel: Pinned) => Promise<Blob>} */
  async #contentOf(wheel) {
    await this.#fetch([wheel]);
    return /** @type {Blob} */ (this.#fetched.get(wheel.sha256));
  }

  /**
   * Give a worker what a program imports, as far as the lesson allows it and it is here, and what an
   * earlier worker had. Nothing goes wrong here: the program's own error says what is missing, and `explained` why.
   * @param {Host} host
   * @param {string} code
   */
  async prepare(host, code) {
    this.#troubles.clear();
    const modules = modulesIn(code).filter(name => !host.modules?.has(name));
    if (!modules.length && !this.#chosen.size) return;
    const index = await this.#load().catch(() => null);
    if (!index) return;
    for (const name of new Set([...this.#chosen, ...modules.map(module => packageOf(index, module))])) {
      const isPinned = index.packages[name]?.here && index.allowed.includes(name);
      if (!isPinned && !this.#chosen.has(name)) continue;
      await this.install(host, [name]).catch((error) => {
        if (error.fatal) throw error;
        this.#troubles.set(name, error.message);
      });
    }
    if (modules.includes(MICROPIP) && this.#installed.get(host)?.has(MICROPIP)) await this.#pointMicropip(host, index);
  }

  /**
   * Say of an error about a missing module which command gets its package, where that is known, and why
   * micropip finds nothing.
   * @template {import('./protocol.js').RunEvent} Event
   * @param {Event} event
   * @returns {Event}
   */
  explained(event) {
    if (event.type !== 'error') return event;
    const explanation = ofMicropip(this.#index, this.online, String(event.evalue), this.#why);
    if (explanation) return { ...event, explanation };
    const module = event.ename === 'ModuleNotFoundError'
      && /^No module named '([^'.]+)/.exec(String(event.evalue))?.[1];
    if (!module || !this.#index) return event;
    const name = packageOf(this.#index, module);
    const trouble = this.#troubles.get(name);
    const why = trouble ? { what: trouble, hint: 'Get it again, then reload the page.' } : lacking(this.#index, name, module);
    return why ? { ...event, explanation: { id: 'package-missing', ...why } } : event;
  }

  /** @returns {Promise<Index>} */
  #load() {
    this.#loading ??= get(`${this.base}packages.json`).then(response => response.json()).then(index => (this.#index = index))
      .catch((error) => {
        this.#loading = null;
        throw error;
      });
    return this.#loading;
  }

  /** @param {Pinned[]} wheels */
  async #fetch(wheels) {
    const missing = wheels.filter(({ sha256 }) => !this.#fetched.has(sha256));
    const files = missing.map(({ file, bytes, sha256 }) => ({ name: sha256, url: this.base + file, type: 'application/zip', bytes }));
    const fetched = fetchAll(files, progress => this.onProgress({ ...progress, stage: 'packages' }));
    await Promise.all(Object.entries(fetched).map(async ([sha256, blob]) => this.#fetched.set(sha256, await blob)));
  }
}

/**
 * The names of the modules that a program imports, as far as its text shows.
 * @param {string} code
 * @returns {string[]}
 */
export function modulesIn(code) {
  if (!code.includes('import')) return [];
  const found = [...code.matchAll(IMPORTS)].flatMap(([, from, list, later]) => (from ?? later ?? list).split(','));
  return [...new Set(found.map(name => name.trim().split(/[.\s]/)[0]).filter(Boolean))];
}

/**
 * Take apart what the lock has, or the lesson refuses, and what micropip may get.
 * @type {(index: Index, names: string[]) => [string[], string[]]}
 */
function shared(index, names) {
  const isOurs = (/** @type {string} */ name) => !index.index.length || index.allowed.includes(name);
  return [names.filter(isOurs), names.filter(name => !isOurs(name))];
}

/**
 * The wheels of the packages and of what they need, each behind what it needs.
 * @param {Index} index
 * @param {string[]} names
 * @returns {Pinned[]}
 */
function wheelsOf(index, names) {
  /** @type {Map<string, Pinned>} */
  const found = new Map();
  /** @type {(name: string, asked: string, above: string[]) => void} */
  const add = (name, asked, above) => {
    const wheel = Object.hasOwn(index.packages, name) ? index.packages[name] : null;
    if (!wheel?.here) throw new RunnerError('PackageMissing', `${name === asked ? name : `${name}, which ${asked} needs,`} ${notFetched(index, asked)}`);
    if (found.has(name) || above.includes(name)) return;
    for (const needed of wheel.needs) add(needed, asked, [...above, name]);
    found.set(name, wheel);
  };
  for (const name of names) {
    if (!index.allowed.includes(name)) throw new RunnerError('PackageRefused', notAllowed(index, name));
    add(name, name, []);
  }
  return [...found.values()];
}
