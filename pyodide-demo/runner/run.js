/** One run seen by its caller: a promise of its result, and its events as they happen. */

/**
 * @typedef {import('./protocol.js').RunEvent} RunEvent
 * @typedef {import('./protocol.js').ExecutionResult} ExecutionResult
 * @typedef {import('./protocol.js').ErrorInfo} ErrorInfo
 * @typedef {{result: ExecutionResult, events: RunEvent[]}} Outcome
 */

/**
 * `await` it for `{result, events}`, or take the events one by one with `for await`.
 * @implements {PromiseLike<Outcome>}
 */
export class Run {
  /** @type {RunEvent[]} */
  #events = [];
  #over = false;
  /** Iterators that wait for the next event. @type {(() => void)[]} */
  #waiting = [];
  /** @type {(outcome: Outcome) => void} */
  #resolve = () => {};
  /** @type {(error: Error) => void} */
  #reject = () => {};
  /** @type {Promise<Outcome>} */
  #promise = new Promise((resolve, reject) => {
    this.#resolve = resolve;
    this.#reject = reject;
  });
  #started = { at: Date.now(), clock: performance.now() };
  /** Why it is being stopped, where it is. @type {ErrorInfo | null} */
  stopped = null;
  /** Why nothing has run. @type {Error | null} */
  failure = null;

  /** @param {string} code */
  constructor(code) {
    this.code = code;
    this.#promise.catch(() => {}); // a run that is only iterated is told of its failure there
  }

  get isOver() {
    return this.#over;
  }

  /** The time counts from here, not from when it was asked for. */
  begin() {
    this.#started = { at: Date.now(), clock: performance.now() };
  }

  /** @param {RunEvent} event */
  push(event) {
    const told = this.stopped && event.type === 'error' && event.ename === 'KeyboardInterrupt'
      ? { ...event, ename: this.stopped.name, evalue: this.stopped.message } : event;
    this.#events.push(told);
    this.#wake();
  }

  /**
   * End with what the worker gives as the result; what is missing in it is filled in from the events.
   * @param {any} given
   */
  finish(given) {
    const made = this.#soFar();
    const error = given?.error && typeof given.error === 'object'
      ? { ...given.error, name: String(given.error.name), message: String(given.error.message) } : undefined;
    if (this.stopped && error?.name === 'KeyboardInterrupt') Object.assign(error, this.stopped);
    this.#end({
      output: typeof given?.output === 'string' ? given.output : made.output,
      callstack: Array.isArray(given?.callstack) ? given.callstack : made.callstack,
      runtime: typeof given?.runtime === 'number' ? given.runtime : made.runtime,
      startTimestamp: typeof given?.startTimestamp === 'number' ? given.startTimestamp : made.startTimestamp,
      ...(error ? { error } : {}),
    });
  }

  /**
   * End without an answer of the worker: it was ended, or has ended itself.
   * @param {ErrorInfo} error
   */
  cut({ name, message, stack }) {
    this.push({ type: 'error', ename: name, evalue: message, traceback: [`${name}: ${message}`] });
    this.#end({ ...this.#soFar(), error: { name, message, ...(stack ? { stack } : {}) } });
  }

  /**
   * Refuse: nothing has run.
   * @param {Error} error
   */
  refuse(error) {
    this.#over = true;
    this.failure = error;
    this.#reject(error);
    this.#wake();
  }

  #wake() {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #soFar() {
    const streams = this.#events.filter(({ type }) => type === 'stream');
    return {
      output: streams.map(({ text }) => String(text)).join(''),
      callstack: this.#events.filter(({ type }) => type === 'step'),
      runtime: performance.now() - this.#started.clock,
      startTimestamp: this.#started.at,
    };
  }

  /** @param {ExecutionResult} result */
  #end(result) {
    if (this.#over) return;
    this.#over = true;
    this.#resolve({ result, events: this.#events });
    this.#wake();
  }

  /**
   * @template A, B
   * @param {((outcome: Outcome) => A | PromiseLike<A>) | null} [good]
   * @param {((error: any) => B | PromiseLike<B>) | null} [bad]
   * @returns {Promise<A | B>}
   */
  then(good, bad) {
    return this.#promise.then(/** @type {any} */ (good), bad);
  }

  /** @returns {AsyncGenerator<RunEvent, ExecutionResult, void>} */
  async* [Symbol.asyncIterator]() {
    for (let next = 0; ; next++) {
      while (next >= this.#events.length && !this.#over) {
        await new Promise(resolve => this.#waiting.push(() => resolve(undefined)));
      }
      if (next >= this.#events.length) break;
      yield this.#events[next];
    }
    if (this.failure) throw this.failure;
    return (await this.#promise).result;
  }
}
