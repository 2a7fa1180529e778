/** What can go wrong around a run, as opposed to in it: each has a name that a page can tell apart. */

/**
 * @typedef {'AssetsMissing' | 'LanguageUnknown' | 'NotSupported' | 'StartFailed' | 'WorkerFailed' | 'TooManyMessages'
 * | 'Disposed' | 'Refused'} Trouble
 */

export class RunnerError extends Error {
  /**
   * @param {string} name
   * @param {string} message
   * @param {{fatal?: boolean, stack?: string}} [more] fatal: the worker is of no use any more
   */
  constructor(name, message, { fatal = false, stack } = {}) {
    super(message);
    this.name = name;
    this.fatal = fatal;
    if (stack) this.stack = stack;
  }
}

/** What is told to whoever asks a runner for anything after its end. */
export const disposed = () => new RunnerError('Disposed', 'the runner has been disposed', { fatal: true });

/** Say what this browser lacks, before anything is fetched. */
export function checkBrowser() {
  const lacking = [
    typeof WebAssembly !== 'object' && 'WebAssembly',
    typeof Worker !== 'function' && 'web workers',
    typeof DecompressionStream !== 'function' && 'DecompressionStream',
    typeof MessageChannel !== 'function' && 'message channels',
  ].filter(Boolean);
  if (!lacking.length) return;
  throw new RunnerError('NotSupported', `this browser has no ${lacking.join(' and no ')}: no program can run in it`);
}
