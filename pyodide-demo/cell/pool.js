/** The runners of a page with many cells: few are alive, however many namespaces there are. */

import { Runner } from '../runner/runner.js';

const MOST = 4;

export class Pool {
  /** The one used last stands last. @type {Map<string, Runner>} */
  #runners = new Map();

  /**
   * Return the runner of a namespace, ready. Where there are too many, the one that was longest unused
   * and runs nothing is ended: its names are gone.
   * @param {string} language
   * @param {string} namespace
   * @returns {Promise<Runner>}
   */
  async take(language, namespace) {
    const key = `${language} ${namespace}`;
    const runner = this.#runners.get(key) ?? new Runner({ language, spare: false });
    this.#runners.delete(key);
    this.#runners.set(key, runner);
    for (const [other, old] of this.#runners) {
      if (this.#runners.size <= MOST) break;
      if (old === runner || old.busy) continue;
      old.dispose();
      this.#runners.delete(other);
    }
    await runner.init();
    return runner;
  }
}
