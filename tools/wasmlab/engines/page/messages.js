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
 * @typedef {Shape & {module: string, name: string, answers: Bits[][]}} Host
 * `memory` is the name of the exported memory, or nothing.
 * @typedef {{wasm: string, hosts: Host[], kept: number, memory: string}} Opening
 */

/**
 * @typedef {{do: 'open', opening: Opening}
 *   | {do: 'call', name: string, shape: Shape, args: Bits[]}
 *   | {do: 'memory', name: string, start: number, length: number}
 *   | {do: 'global', name: string, type: string}} Request
 */

/**
 * One crossing: the place of its import in the list of hosts, whether it is the way back, its values, its depth,
 * and the time since the request began.
 * @typedef {[host: number, back: boolean, values: Bits[], depth: number, milliseconds: number]} Crossing
 */

/**
 * How a request ended. `refused` says at which step, before the module itself did anything.
 * @typedef {object} Outcome
 * @property {Bits[]} [results]
 * @property {{name: string, message: string, stack: string}} [error]
 * @property {'compile' | 'link'} [refused]
 * @property {string} [bytes] base64
 * @property {number} [size]
 * @property {number} [missed]
 * @property {string} [hash] of the exported memory, after all
 * @property {number} [milliseconds]
 * @property {Crossing[]} [crossings]
 */

/**
 * What a worker says: some crossings; that the module is back, and only its memory is looked at; the outcome.
 * @typedef {{crossings: Crossing[], back?: boolean, outcome: Outcome | null}} Answer
 */

export {};
