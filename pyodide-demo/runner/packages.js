/** Packages for Python: which of them the lesson allows, where their files are, and why one cannot be had. */

import { RunnerError } from './errors.js';
import { fetchAll, get } from './parts.js';

/**
 * One package that the lesson's lock pins; `here` says whether its file has been fetched.
 * @typedef {{name: string, version: string, file: string, sha256: string, bytes: number, imports: string[], needs: string[], here: boolean}} Pinned
 */

/**
 * What lies beside the page as `packages.json`; `modules` names the package of well-known modules.
 * @typedef {{lesson: string, allowed: string[], packages: Record<string, Pinned>, modules: Record<string, string>, problem: string}} Index
 */

/** @typedef {import('./host.js').Host} Host */

const IMPORTS = /^[^\S\n]*(?:from\s+([\w.]+)\s+import\b|import\s+([\w., \t]+))|;[^\S\n]*(?:from|import)\s+([\w.]+)/gm;

const OFFLINE = {
  id: 'network-not-granted',
  what: 'Programs in this page have no network, so `micropip` can fetch nothing.',
  hint: 'Import a package that the lesson allows; it comes by itself.',
};

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

  /**
   * @param {string} base the folder's address, with a slash at its end
   * @param {(progress: import('./parts.js').Progress) => void} onProgress
   * @param {(host: Host, wheels: (Pinned & {content: Blob})[]) => Promise<unknown>} give
   * @param {boolean} online whether the page grants programs any network
   */
  constructor(base, onProgress, give, online) {
    this.online = online;
    this.base = base;
    this.onProgress = onProgress;
    this.give = give;
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
    const wheels = wheelsOf(index, names.map(canonical));
    const installed = this.#installed.get(host) ?? new Set();
    this.#installed.set(host, installed);
    const missing = wheels.filter(({ name }) => !installed.has(name));
    if (missing.length) {
      await this.#fetch(missing);
      await this.give(host, missing.map(wheel => ({ ...wheel, content: /** @type {Blob} */ (this.#fetched.get(wheel.sha256)) })));
      for (const { name } of missing) installed.add(name);
    }
    for (const name of names) this.#chosen.add(canonical(name));
    return missing.map(({ name, version }) => `${name} ${version}`);
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
      if (!index.packages[name]?.here || !index.allowed.includes(name)) continue;
      await this.install(host, [name]).catch((error) => {
        if (error.fatal) throw error;
        this.#troubles.set(name, error.message);
      });
    }
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
    if (!this.online && /^Can't fetch metadata for/.test(String(event.evalue))) return { ...event, explanation: OFFLINE };
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

/** @param {string} name */
const canonical = name => name.replace(/[-_.]+/g, '-').toLowerCase();

/** Whose a module is: a pinned package's, a well-known one's, or one of the same name. @type {(index: Index, module: string) => string} */
function packageOf(index, module) {
  const pinned = Object.values(index.packages).find(({ imports }) => imports.includes(module));
  return pinned?.name ?? (Object.hasOwn(index.modules, module) ? index.modules[module] : canonical(module));
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

/** @type {(index: Index, name: string) => string} */
const notFetched = (index, name) => index.problem
  ? `cannot be used: ${index.problem}` : `has not been fetched: wasmlab setup pyodide --package ${name}`;

/** @type {(index: Index, name: string) => string} */
function notAllowed({ allowed, lesson }, name) {
  const those = allowed.length ? `it allows ${allowed.join(', ')}` : 'it allows none';
  return `the lesson does not allow the package ${JSON.stringify(name)} (${those}): add it to packages in ${lesson}/lesson.toml, then: wasmlab setup pyodide --package ${name}`;
}

/**
 * What to tell of a module that is not there; null where no package is known by its name.
 * @type {(index: Index, name: string, module: string) => {what: string, hint: string} | null}
 */
function lacking(index, name, module) {
  const whose = name === module ? `The package \`${name}\`` : `\`${module}\` is a part of the package \`${name}\`, which`;
  const command = `\`wasmlab setup pyodide --package ${name}\``;
  if (index.allowed.includes(name)) {
    if (index.problem) return { what: `${whose} cannot be used.`, hint: index.problem };
    if (!index.packages[name]?.here) return { what: `${whose} has not been fetched to this machine.`, hint: `Run ${command} in a terminal, then reload the page.` };
    return { what: `${whose} is here, but this program has not installed it.`, hint: `Write \`import ${module}\` on a line of its own at the top.` };
  }
  if (!Object.hasOwn(index.modules, module)) return null;
  return {
    what: `${whose} does not come with Python, and this lesson does not allow it.`,
    hint: `Add "${name}" to packages in ${index.lesson}/lesson.toml, then run ${command}, and reload the page.`,
  };
}
