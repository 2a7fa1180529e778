/** Words for what can go wrong: what happened, why, and what to do next. */

/**
 * @typedef {object} Trouble
 * @property {string} title
 * @property {string} text
 * @property {string} todo one thing to do; text between backquotes is a command or a name
 * @property {string} [detail] the browser's own words
 * @property {boolean} [mild] the lesson works in spite of it
 */

/** @type {Record<string, (found: Record<string, string>) => Trouble>} */
export const TROUBLES = {
  noWasm: () => ({
    title: 'This browser has no WebAssembly',
    text: 'The page asked for WebAssembly and there is none. Some strict privacy modes switch it off.',
    todo: 'Open the page in a current Firefox, Chrome, Edge or Safari, or allow WebAssembly for it.',
  }),
  unreachable: ({ url }) => ({
    title: 'The server does not answer',
    text: `${url} could not be fetched: no server is listening there any more.`,
    todo: 'Start it with `wasmlab serve`, then press Run again.',
  }),
  notBuilt: ({ url }) => ({
    title: 'The module is not built yet',
    text: `${url} does not exist. It is made from the C source, and never committed.`,
    todo: 'Run `wasmlab build` in a terminal, then press Run again.',
  }),
  refused: ({ url, status }) => ({
    title: `The server answers ${status}`,
    text: `${url} was asked for, and the server would not give it.`,
    todo: 'Look at the terminal in which the server runs, then press Run again.',
  }),
  wrongType: ({ url, type }) => ({
    title: 'The server names the wrong type',
    text: `${url} arrived as ${type}. instantiateStreaming insists on application/wasm, so the page took the longer way: all bytes first, then WebAssembly.instantiate.`,
    todo: 'Let the server send `Content-Type: application/wasm`, as `wasmlab serve` does.',
    mild: true,
  }),
  notWasm: ({ url, start }) => ({
    title: 'That is not a WebAssembly module',
    text: `A module begins with the four bytes “\\0asm”; ${url} begins with “${start}”.`,
    todo: 'Build it again with `wasmlab build`, then press Run again.',
  }),
  importMissing: ({ names, have }) => ({
    title: `An import is missing: ${names}`,
    text: `The module wants ${names} from JavaScript, and the import object has only ${have}.`,
    todo: 'Add it to `imports` in web/wasm.js, or mend `import_module` and `import_name` in the C file.',
  }),
  exportMissing: ({ name, have }) => ({
    title: `An export is missing: ${name}`,
    text: `The page wants to call ${name}, and the module exports only ${have}.`,
    todo: `Keep the C function's name, list it under \`exports\` in lesson.toml, and build again.`,
  }),
  unknown: () => ({
    title: 'The module does not start',
    text: 'It arrived, but the browser refused to run it. Its own words are below.',
    todo: 'Build it again with `wasmlab build`, then press Run again.',
  }),
};

const UNDEFINED = 'The debug build puts an “unreachable” instruction wherever C says “undefined behaviour”, and the program has just reached one.';

/** Engines word their traps differently; each pattern knows the words of all of them. @type {[RegExp, string][]} */
export const TRAPS = [
  [/unreachable/i, UNDEFINED],
  [/divide by zero|division by zero/i, 'A whole number was divided by zero. Wasm has no answer for that, so it stops.'],
  [/divide result unrepresentable|integer overflow/i, 'The result does not fit into the integer type, so Wasm stops.'],
  [/out of bounds|out-of-bounds/i, 'The program reached outside its linear memory (or its table). Wasm checks every access, so it stops instead of reading what is not its own.'],
  [/call stack|too much recursion/i, 'Functions called each other until the stack was full: a recursion without an end?'],
  [/BigInt/, 'A C long long is an i64 in Wasm, and for that JavaScript must pass a BigInt; this page passes numbers. Use int.'],
  [/signature mismatch|indirect call/i, 'A function pointer was called as if it had another type.'],
];
