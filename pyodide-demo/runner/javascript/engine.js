/** Inside the worker: runs JavaScript, and TypeScript without its types, statement by statement. */

/**
 * @typedef {import('../protocol.js').Engine} Engine
 * @typedef {import('../protocol.js').Given} Given
 * @typedef {import('../protocol.js').Listeners} Listeners
 * @typedef {import('../protocol.js').RunOptions} RunOptions
 * @typedef {import('../protocol.js').ExecutionResult} ExecutionResult
 */

const { stringify } = JSON; // those that no program has replaced
const { now } = performance;
const clock = now.bind(performance);
const { setTimeout: later, clearTimeout: never, setInterval: often, clearInterval: stopOften } = globalThis;
const indirect = eval; // evaluates in the global scope

const MOST_TEXT = 10_000_000;
const FLUSH_MS = 30;

/** @type {(part: Blob) => Promise<any>} */
const imported = async (part) => {
  const url = URL.createObjectURL(part);
  try {
    return await import(url);
  } finally {
    URL.revokeObjectURL(url);
  }
};

/**
 * @param {Given & {parts: import('../protocol.js').Parts}} given
 * @param {Listeners} listeners
 * @returns {Promise<Engine>}
 */
export async function load({ parts, language, shared }, { onStage, onEvent, ask }) {
  const start = clock();
  const names = ['script.js', 'rewrite.js', 'inspect.js', 'console.js', 'errors.js', 'completing.js', 'files.js'];
  const [tools, { unitsOf, HEAD }, { inspect, format }, { makeConsole }, { eventOf, framesOf }, { complete },
    { Files, makeFs, methodsOf }] = /** @type {[any,
    typeof import('./rewrite.js'), typeof import('./inspect.js'), typeof import('./console.js'), typeof import('./errors.js'),
    typeof import('./completing.js'), typeof import('./files.js')]} */ (
    await Promise.all(names.map(async name => imported(await parts[name]))));
  const scope = /** @type {Record<string, any>} */ (globalThis);
  const builtin = new Set(Object.getOwnPropertyNames(scope));
  /** @type {Map<number, string>} */
  const sources = new Map();
  const files = new Files();
  const fs = makeFs(files);
  let count = 0;
  /** What the run that is going on has said. */
  let text = '';
  let waiting = { name: '', text: '' };
  let flushed = 0;
  let flushing = 0;
  /** @type {string[]} */
  let answers = [];
  /** @type {(error: unknown) => void} */
  let fail = () => {};
  /** @type {(() => void) | null} */
  let onIdle = null;
  /** @type {Map<any, (id: any) => void>} */
  const timers = new Map();

  /** @type {(event: Record<string, any>) => void} */
  const emit = event => onEvent(stringify(event));

  function flush() {
    if (waiting.text) emit({ type: 'stream', ...waiting });
    waiting = { name: '', text: '' };
    flushed = clock();
    never(flushing);
    flushing = 0;
  }

  /** @type {(name: string, said: string) => void} */
  function write(name, said) {
    if (text.length >= MOST_TEXT) return;
    if (text.length + said.length > MOST_TEXT) said = `${said.slice(0, MOST_TEXT - text.length)}\n… the output is cut here\n`;
    text += said;
    if (name !== waiting.name) flush();
    waiting.name = name;
    waiting.text += said;
    if (clock() - flushed > FLUSH_MS) flush();
    else flushing ||= later(flush, FLUSH_MS);
  }

  /** @type {(data: Record<string, any>, type?: string) => void} */
  function show(data, type = 'display_data') {
    flush();
    emit({ type, data, metadata: {}, ...(type === 'execute_result' ? { execution_count: count } : {}) });
  }

  const console = makeConsole({
    write, show, format, inspect,
    clear: () => { flush(); emit({ type: 'clear_output', wait: false }); },
    trace: () => framesOf(new Error(), HEAD).map(({ line, name }) => `  line ${line}${name ? `, in ${name}` : ''}`).join('\n'),
  });

  /** @type {(prompt?: string) => string | null} */
  function prompt(question = '') {
    const prepared = answers.shift();
    if (prepared === undefined && !ask) return null;
    flush();
    if (prepared === undefined) emit({ type: 'status', state: 'input', prompt: String(question), password: false });
    const answer = prepared ?? /** @type {() => string | undefined | false} */ (ask)();
    if (answer === false) throw interruption();
    if (answer !== undefined) write('stdout', `${question}${answer}\n`);
    return answer ?? null;
  }

  /** Timers keep a run alive, as they do in Node. @type {(set: Function, clear: Function, once: boolean) => Function} */
  const counted = (set, clear, once) => (/** @type {any} */ work, /** @type {number} */ ms, /** @type {any[]} */ ...rest) => {
    const id = set(() => {
      if (once) timers.delete(id);
      try {
        if (typeof work === 'function') work(...rest);
        else indirect(String(work));
      } catch (error) {
        fail(error);
      }
      if (!timers.size) onIdle?.();
    }, ms);
    timers.set(id, /** @type {any} */ (clear));
    return id;
  };
  const clearTimer = (/** @type {any} */ id) => {
    timers.get(id)?.call(scope, id);
    if (timers.delete(id) && !timers.size) onIdle?.();
  };

  const given = {
    console, prompt,
    alert: (/** @type {unknown} */ said = '') => console.log(said),
    confirm: (/** @type {string} */ question) => /^(y|yes|ok|true|1)$/i.test(prompt(`${question} (y/n) `) ?? ''),
    display: (/** @type {any} */ value) => show(picture(value)),
    require: (/** @type {unknown} */ name) => {
      if (String(name).replace('node:', '') === 'fs') return fs;
      if (String(name).replace('node:', '') === 'fs/promises') return fs.promises;
      throw new Error(`there is no module ${inspect(name)} here: only 'fs'`);
    },
    setTimeout: counted(later, never, true),
    setInterval: counted(often, stopOften, false),
    clearTimeout: clearTimer, clearInterval: clearTimer,
  };
  for (const [name, value] of Object.entries(given)) {
    Object.defineProperty(scope, name, { value, writable: true, configurable: true });
    builtin.add(name);
  }
  addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    fail(event.reason);
  });
  addEventListener('error', (event) => {
    event.preventDefault();
    fail(event.error);
  });

  /** What a value shows: its own picture, where it has one. @type {(value: any) => Record<string, any>} */
  function picture(value) {
    /** @type {Record<string, any>} */
    const data = { 'text/plain': inspect(value) };
    for (const [method, type] of [['toHTML', 'text/html'], ['toSVG', 'image/svg+xml']]) {
      if (typeof value?.[method] === 'function') data[type] = String(value[method]());
    }
    return data;
  }

  /** @type {(unit: import('./rewrite.js').Unit) => any} */
  function evaluate({ source, names: declared }) {
    const run = indirect(`${source}\n//# sourceURL=run-${count}.js`);
    for (const { name, kind } of declared) {
      if (kind !== 'var' || !Object.hasOwn(scope, name)) define(name, undefined, true);
    }
    return run();
  }

  /** @type {(name: string, value: unknown, writable: boolean) => void} */
  const define = (name, value, writable) => {
    Object.defineProperty(scope, name, { value, writable, configurable: true, enumerable: true });
  };

  /** @type {(unit: import('./rewrite.js').Unit, value: any, shows: boolean) => void} */
  function finish(unit, value, shows) {
    for (const { name, kind } of unit.names) {
      if (kind === 'const') define(name, scope[name], false);
      if (kind === 'function' || kind === 'class') define(name, value, true);
    }
    if (shows && unit.isExpr && value !== undefined) show(picture(value), 'execute_result');
    flush();
    emit({ type: 'statement', index: 0, lineStart: unit.lineStart, lineEnd: unit.lineEnd, isExpr: unit.isExpr });
  }

  /** @type {(code: string, options: RunOptions) => Promise<void>} */
  async function go(code, options) {
    const [first, last] = options.lines ?? [1, Infinity];
    let script = code;
    try {
      if (language === 'typescript') script = tools.transform(code, { transforms: ['typescript'], disableESTransforms: true }).code;
    } catch (error) {
      const { message, loc } = /** @type {any} */ (error);
      throw Object.assign(new SyntaxError(String(message).replace(/^Error transforming.*?: | \(\d+:\d+\)$/g, '')), { line: loc?.line ?? 1, column: loc?.column ?? 1 });
    }
    const units = unitsOf(script, tools.parse).filter(unit => unit.lineEnd >= first && unit.lineStart <= last);
    const results = options.results ?? 'last';
    const final = units.reduce((a, b) => (a && a.lineEnd > b.lineEnd ? a : b), units[0]);
    for (const unit of units) {
      const value = evaluate(unit);
      if (unit.isAsync) flush();
      // Some browsers tell of a lost promise only where a script has an address of its own.
      if (unit.isExpr && value instanceof Promise) value.catch(error => fail(error));
      finish(unit, unit.isAsync ? await value : value, results === 'each' || (results === 'last' && unit === final));
    }
    if (timers.size) await new Promise((resolve) => { onIdle = () => resolve(undefined); });
    await new Promise(resolve => later(resolve, 0)); // a promise that nobody catches is told of in a task of its own
  }

  /** @type {(code: string, options: RunOptions) => Promise<ExecutionResult>} */
  async function run(code, options) {
    check(options);
    if (shared) shared.interrupt[0] = shared.state[0] = 0; // what came too late for the last run
    count++;
    sources.set(count, code);
    text = '';
    flushed = clock();
    answers = typeof options.stdin === 'string' ? options.stdin.split('\n') : [...options.stdin ?? []];
    const began = { at: Date.now(), clock: clock() };
    emit({ type: 'status', state: 'busy' });
    let problem;
    try {
      await Promise.race([go(code, options), new Promise((_, reject) => { fail = reject; })]);
    } catch (error) {
      const thrown = /** @type {any} */ (error);
      if (thrown instanceof SyntaxError && 'line' in thrown) Object.assign(thrown, { run: count });
      flush();
      problem = eventOf(thrown, sources, HEAD, inspect);
      emit(problem);
    }
    fail = () => {};
    onIdle = null;
    for (const [id, clear] of timers) clear.call(scope, id);
    timers.clear();
    flush();
    emit({ type: 'status', state: 'idle' });
    const error = problem && { name: problem.ename, message: problem.evalue, stack: problem.traceback.join('\n') };
    return { output: text, callstack: [], runtime: clock() - began.clock, startTimestamp: began.at, ...(error ? { error } : {}) };
  }

  /** Return the names that programs have made. */
  const own = () => Object.getOwnPropertyNames(scope).filter(name => !builtin.has(name));
  /** @type {Record<string, (...args: any[]) => any>} */
  const methods = {
    reset: () => { for (const name of own()) Reflect.deleteProperty(scope, name); },
    set_variable: (name, value) => define(name, value, true),
    get_variable: (name) => {
      if (!own().includes(name)) throw refused('LookupError', `there is no variable '${name}'`);
      return JSON.parse(stringify(scope[name]) ?? 'null');
    },
    variables: () => Object.fromEntries(own().map(name => [name, { type: kindOf(scope[name]), text: inspect(scope[name], 2) }])),
    complete: before => complete(String(before), scope),
    ...methodsOf(files),
  };

  onStage('session');
  return {
    run,
    call: (method, args) => {
      if (!Object.hasOwn(methods, method)) throw refused('NotSupported', `${language} has no ${method.replace('_', ' ')}`);
      try {
        return methods[method](...args);
      } catch (error) {
        throw Object.assign(/** @type {Error} */ (error), { refused: true }); // all is as it was
      }
    },
    interrupt: () => fail(interruption()),
    interruptible: false,
    versions: { [language]: language === 'typescript' ? 'without its types' : 'as this browser knows it' },
    timings: { session: Math.round(clock() - start) },
  };
}

/** @type {(name: string, message: string) => Error} */
const refused = (name, message) => Object.assign(new Error(message), { name, refused: true });
const interruption = () => Object.assign(new Error('stopped'), { name: 'KeyboardInterrupt' });

/** @type {(value: unknown) => string} */
const kindOf = value => (value === null ? 'null' : typeof value === 'object' ? value.constructor?.name ?? 'object' : typeof value);

/** @param {Record<string, any>} options */
function check(options) {
  const known = ['lines', 'results', 'stdin', 'echo'];
  for (const [name, value] of Object.entries(options)) {
    const asked = Array.isArray(value) ? value.length : value;
    if (!known.includes(name) && asked) throw refused('NotSupported', `this language has no option '${name}'; known are ${known.join(', ')}`);
  }
}
