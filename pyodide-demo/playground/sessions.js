/** One runner for each language that was used, with what belongs to it given to each new worker. */

import { Runner } from '../runner/runner.js';
import { HAVE_FILES } from './languages.js';
import { forget, keep, recall } from './store.js';

const MOST_DATABASE = 20_000_000; // bytes that are kept

/** @typedef {import('../runner/run.js').Run} Run */

export class Sessions {
  /** @type {Map<string, Runner>} */
  #runners = new Map();
  /** Those whose worker has got its files or its database. @type {Set<Runner>} */
  #furnished = new Set();

  /**
   * @param {import('../runner/runner.js').Settings} settings
   * @param {(runner: Runner) => Promise<void>} restoreFiles
   */
  constructor(settings, restoreFiles) {
    this.settings = settings;
    this.restoreFiles = restoreFiles;
  }

  /** The runner of a language, if it was used. @type {(language: string) => Runner | null} */
  get(language) {
    return this.#runners.get(language) ?? null;
  }

  /**
   * Return the runner of a language, ready and with its files or its database.
   * @param {string} language
   * @returns {Promise<Runner>}
   */
  async ready(language) {
    let runner = this.#runners.get(language);
    if (!runner) {
      runner = new Runner({ ...this.settings, language });
      this.#runners.set(language, runner);
    }
    await runner.init();
    if (!this.#furnished.has(runner)) {
      this.#furnished.add(runner);
      await this.#furnish(runner);
    }
    return runner;
  }

  /** The worker is a new one: it has neither files nor a database. @param {Runner} runner */
  isNew(runner) {
    this.#furnished.delete(runner);
  }

  /** A file is new in one language: the others get it before their next run. @param {string} language */
  filesChanged(language) {
    for (const runner of this.#runners.values()) {
      if (runner.name !== language && HAVE_FILES.includes(runner.name)) this.#furnished.delete(runner);
    }
  }

  /** Keep the database as it is after a run. @param {Runner} runner */
  async keepDatabase(runner) {
    if (runner.name !== 'sql' || !this.#furnished.has(runner)) return;
    const content = await runner.call('export_database');
    if (content.length <= MOST_DATABASE) await keep('databases', 'main', content);
  }

  /** Forget the names, and the database where there is one. @param {Runner} runner */
  async reset(runner) {
    if (runner.name === 'sql') await forget('databases', 'main');
    await runner.reset();
  }

  /** @param {Runner} runner */
  async #furnish(runner) {
    if (HAVE_FILES.includes(runner.name)) await this.restoreFiles(runner);
    const database = runner.name === 'sql' ? await recall('databases', 'main') : null;
    if (database) await runner.call('import_database', database);
  }
}
