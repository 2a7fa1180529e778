/** What can go wrong with a module of Emscripten's: what happened, why, and what to do next. */

/**
 * @typedef {object} Trouble
 * @property {string} name
 * @property {string} title
 * @property {string} text
 * @property {string} todo one thing to do; text between backquotes is a command or a name
 * @property {string} [detail] the browser's own words
 */

/** An error that is explained already. */
export class Explained extends Error {
  /** @param {Trouble} trouble */
  constructor(trouble) {
    super(trouble.title);
    this.trouble = trouble;
  }
}

/** The first pattern that fits is taken. @type {[string, RegExp, string, string, string][]} */
const KNOWN = [
  [
    'not-isolated',
    /SharedArrayBuffer (is not defined|transfer requires)|Can't find variable: SharedArrayBuffer|could not be cloned.*Memory|DataCloneError/,
    'There is no SharedArrayBuffer here',
    'Threads share one memory, and a browser gives that only to a page that is isolated from others. The server must say so with two headers: `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`.',
    'Open the page with `wasmlab serve`, which sends both, at its http://localhost address.',
  ],
  [
    'memory-full',
    /Cannot enlarge memory|Aborted\(OOM\)|memory size .* exceed|out of memory/i,
    'Linear memory is full and may not grow',
    'C asked for more than is left. Unless it is told otherwise, Emscripten gives a program 16 MB and no more.',
    'Add `-sALLOW_MEMORY_GROWTH` to link_flags, or `-sINITIAL_MEMORY=64MB`, or free what is no longer needed.',
  ],
  [
    'stack-overflow',
    /stack overflow|Maximum call stack|too much recursion|stack cookie/i,
    'The stack of C overflowed',
    'Local variables and calls in progress lie on a stack of fixed size in linear memory (5 MB in older Emscriptens, 64 KB in newer ones): a recursion without an end fills it, and so does a large local array.',
    'End the recursion, make large arrays `static` or `malloc` them, or add `-sSTACK_SIZE=1MB` to link_flags.',
  ],
  [
    'assertion',
    /Assertion failed: [^]*, at: ?\S+\.(c|cpp|h)/,
    'An assert in the C code did not hold',
    'The condition in the brackets was false at the line that is named.',
    'Look at that line: either the condition is wrong, or what led to it.',
  ],
  [
    'not-ready',
    /native function `?\w*`? called before runtime initialization|runtime was not ready|before (runtime|Wasm module) initialization/,
    'A C function was called before the runtime was ready',
    'The glue fetches and compiles the module first, and that takes a while: until then no function of C may be called.',
    'Write `const program = await createProgram()` and call functions of what that gives.',
  ],
  [
    'exited',
    /after runtime exit|runtime was exited|native function `?\w*`? called after/,
    'The program has ended already',
    'Its main has returned, or it called exit: with `-sEXIT_RUNTIME` the runtime is taken down then, and no function of it may be called again.',
    'Start a fresh one with the factory, or leave `-sEXIT_RUNTIME` out.',
  ],
  [
    'ccall-name',
    /Cannot call unknown function|is not exported from|func is not a function|not a function.*ccall/,
    'ccall does not know that function',
    'ccall and cwrap want the name as C has it, without the underscore, and the function must be exported.',
    'Check the spelling, and list the function under `exports` in lesson.toml.',
  ],
  [
    'detached-view',
    /detached (or out-of-bounds )?ArrayBuffer|offset is out of bounds|source array is too long|invalid or out-of-range index/i,
    'That view of linear memory is no longer one',
    'When linear memory grows the browser makes a new buffer, and every typed array on the old one is empty from then on.',
    'Take `program.HEAPF64` anew after each call that may allocate; keep addresses, not views.',
  ],
  [
    'file-missing',
    /\.data\b.*(404|fail|not found)|(404|not found).*\.data\b|no such file|ErrnoError/i,
    'A file is not there',
    'C can open only what is in the page’s own filesystem: what was preloaded when the program was built, or written into it since.',
    'Add `--preload-file PATH@/PATH` to link_flags, and let the .data file lie beside the module.',
  ],
  [
    'aborted',
    /Aborted\(/,
    'The program aborted',
    'abort was called, by C itself or by the runtime that noticed something it cannot go on from.',
    'Read the words in the brackets; a debug build (`wasmlab build`) says more than a release build.',
  ],
  [
    'unreachable',
    /unreachable/,
    'Wasm stopped at an instruction that is never to be reached',
    'abort() and failed checks end there.',
    'Look at what the program printed last.',
  ],
  [
    'out-of-bounds',
    /out of bounds|out-of-bounds/,
    'The program reached outside its linear memory',
    'Wasm checks every access, so it stopped instead of reading what is not its own: a wild pointer?',
    'Build with `-fsanitize=address` in compile_flags and link_flags: it names the line.',
  ],
];

/**
 * @param {unknown} error
 * @param {string[]} said what the program wrote to stderr before
 * @returns {Trouble}
 */
export function explain(error, said = []) {
  if (error instanceof Explained) return error.trouble;
  const own = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const detail = [own, ...said].join('\n');
  const known = KNOWN.find(([, pattern]) => pattern.test(own)) ?? KNOWN.find(([, pattern]) => pattern.test(detail));
  if (!known) {
    return {
      name: 'unknown',
      title: 'The example ended in an exception',
      text: 'It came from the page’s JavaScript or from the glue.',
      todo: 'Look at its words below, and at the console (F12).',
      detail: own,
    };
  }
  const [name, , title, text, todo] = known;
  return { name, title, text, todo, detail: own };
}

/**
 * Find out why the glue did not load.
 * @param {string} target
 * @param {string} url
 * @param {unknown} error
 * @returns {Promise<Explained>}
 */
export async function notLoaded(target, url, error) {
  const detail = String(error);
  const response = await fetch(url, { cache: 'no-store' }).catch(() => null);
  if (!response) {
    return new Explained({
      name: 'unreachable',
      title: 'The server does not answer',
      text: `dist/${target}.mjs could not be fetched: no server is listening there any more.`,
      todo: 'Start it with `wasmlab serve`, then press Run again.',
      detail,
    });
  }
  if (response.status === 404) return new Explained(notBuilt(target));
  return new Explained({
    name: 'glue-broken',
    title: 'The glue does not load',
    text: `dist/${target}.mjs arrived as ${response.headers.get('Content-Type')}, and the browser would not run it as a module.`,
    todo: 'Serve it as text/javascript, as `wasmlab serve` does, or build it again.',
    detail,
  });
}

/** @param {string} target @returns {Trouble} */
function notBuilt(target) {
  return {
    name: 'not-built',
    title: 'This example is not built yet',
    text: `dist/${target}.mjs does not exist. It is made by Emscripten, which is not part of wasmlab: where it is missing, this lesson waits for it and all others work.`,
    todo: 'Run `wasmlab setup emscripten` once, then `wasmlab build emscripten-starter-pack`, and press Run again.',
  };
}
