/** The messages between the page and an instance's worker. */

/**
 * A value as it crosses: an i32 as a number, everything wider as text in decimal, a reference as its number.
 * @typedef {number | string} Bits
 */

/**
 * A function's types, floats as integers of their bits; `bridge` is the module that turns them, in base64.
 * @typedef {{params: string[], results: string[], bridge: string | null}} Shape
 */

/**
 * An imported function: what it answers, or who does; `pointers` are places of arguments that point into the
 * memory, and of their lengths, null for a text that ends with a zero.
 * @typedef {Shape & {module: string, name: string, by: 'answers' | 'function' | 'wasi', answers: Bits[][],
 *   pointers: [argument: number, length: number | null][]}} Host
 */

/**
 * An imported memory, table or global; `type` is that of a table's elements or of a global.
 * @typedef {{module: string, name: string, kind: 'memory' | 'table' | 'global', type: string, least: number,
 *   most: number, wide: boolean, shared: boolean, mutable: boolean, value: number | string}} Given
 */

/**
 * What a WASI program finds around it; bytes in base64.
 * @typedef {{argv: string[], stdin: string, environment: string[], files: [path: string, bytes: string][],
 *   seed: number, limits: {output: number, files: number, fileCount: number}}} World
 */

/**
 * `memory` is the name of the exported memory, `initialize` that of a function to call first, or nothing;
 * after a `harmless` module its worker may open another.
 * @typedef {{id: number, wasm: string, hosts: Host[], given: Given[], world: World | null, kept: number,
 *   memory: string, initialize: string, harmless: boolean}} Opening
 */

/**
 * `then` is the first thing to do with a module that has opened.
 * @typedef {{do: 'open', opening: Opening, then?: Request}
 *   | {do: 'call', name: string, shape: Shape, args: Bits[]}
 *   | {do: 'calls', shapes: Record<string, Shape>, calls: [name: string, args: Bits[]][]}
 *   | {do: 'element', table: string, shape: Shape, args: Bits[]}
 *   | {do: 'read', start: number, length: number}
 *   | {do: 'write', start: number, bytes: string}
 *   | {do: 'get', name: string, bridge: string, type: string}
 *   | {do: 'set', name: string, bridge: string, type: string, value: Bits}
 *   | {do: 'probe', name: string}
 *   | {do: 'size', name: string}} Request
 */

/**
 * What an argument points at: a place, how many bytes, and the first of them in base64.
 * @typedef {[start: number, length: number, bytes: string]} Pointed
 */

/**
 * One crossing: the place of its import in the list of hosts, whether it is the way back, its values, its depth,
 * the time since the request began, and what its arguments point at.
 * @typedef {[host: number, back: boolean, values: Bits[], depth: number, milliseconds: number,
 *   memory: Pointed[]]} Crossing
 */

/**
 * How a request ended. `refused` says at which step, before the module itself did anything.
 * @typedef {object} Outcome
 * @property {Bits[]} [results]
 * @property {{name: string, message: string, stack: string}} [error]
 * @property {'compile' | 'link'} [refused]
 * @property {string} [bytes] base64
 * @property {number} [size] of the memory, or of a table
 * @property {number} [missed]
 * @property {string} [hash] of the memory, after all
 * @property {number} [milliseconds]
 * @property {Crossing[]} [crossings]
 * @property {[stream: number, bytes: string][]} [said]
 * @property {number | null} [code] with which a WASI program ended itself
 * @property {[path: string, bytes: string][]} [files]
 * @property {Outcome[]} [each] those of several calls
 * @property {Outcome} [then] that of the first thing done with a module that has opened
 */

/**
 * What a worker says: that its own files are there, and a module's time begins; some crossings and what was
 * printed; that the module is back, and only its memory is looked at; the outcome.
 * @typedef {{crossings: Crossing[], said: [stream: number, bytes: string][], ready?: boolean, back?: boolean,
 *   outcome: Outcome | null}} Answer
 */

export {};
