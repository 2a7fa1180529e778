/** What a WASI program finds around it, as `wasi/world.py` has it. */

import { E, Errno, Open, Stream } from './files.js';
import { Tree } from './tree.js';

const DESCRIPTORS = 1024;

/** The program has ended itself. */
export class Exit extends Error {
  name = 'Exit';
}

/** The program has been stopped. */
export class Stopped extends Error {
  name = 'Stopped';
}

/** @typedef {{argv: string[], stdin: Uint8Array, environment: string[], files: [string, Uint8Array][], seed: number}} Program */
/** @typedef {{output: number, files: number, fileCount: number}} Limits */
/** @typedef {(stream: number, data: Uint8Array) => void} Say */

/** What a program finds around it. */
export class World {
  /** @type {number | null} */
  code = null;
  written = 0;

  /**
   * @param {Program} program
   * @param {Limits} limits
   * @param {() => WebAssembly.Memory | null} memory
   * @param {Say} say
   */
  constructor(program, limits, memory, say) {
    this.program = program;
    this.limits = limits;
    this.memory = memory;
    this.say = say;
    this.tree = new Tree(program.files, limits.files, limits.fileCount);
    const root = new Open(this.tree.root);
    root.preopened = '/';
    const empty = new Uint8Array(0);
    /** @type {Map<number, Open | Stream>} */
    this.open = new Map();
    [program.stdin, empty, empty].forEach((data, number) => this.open.set(number, new Stream(number, data)));
    this.open.set(3, root);
    this.state = (program.seed ^ 0x9e3779b9) >>> 0 || 1;
    this.began = performance.now();
  }

  begin() {
    this.code = null;
    this.written = 0;
  }

  /**
   * Do what the function `name` does, and return its errno.
   * @param {string} name
   * @param {(number | bigint)[]} args
   */
  call(name, args) {
    try {
      const unsigned = args.map(arg => typeof arg === 'number' ? arg >>> 0 : arg);
      return /** @type {any} */ (this)[name](...unsigned) ?? 0;
    } catch (error) {
      if (error instanceof Errno) return error.number;
      throw error;
    }
  }

  /**
   * @param {number} at
   * @param {number} length
   */
  range(at, length) {
    const memory = this.memory();
    if (!memory || at + length > memory.buffer.byteLength) throw new Errno(E.FAULT);
    return new Uint8Array(memory.buffer, at, length);
  }

  /**
   * @param {number} at
   * @param {number} length
   */
  read(at, length) {
    return this.range(at, length).slice();
  }

  /**
   * @param {number} at
   * @param {Uint8Array} data
   */
  write(at, data) {
    this.range(at, data.length).set(data);
  }

  /**
   * @param {number} at
   * @param {number} number
   */
  put(at, number) {
    this.write(at, new Uint8Array(new Uint32Array([number]).buffer));
  }

  /**
   * @param {number} at
   * @param {bigint} number
   */
  putWide(at, number) {
    this.write(at, new Uint8Array(new BigUint64Array([number]).buffer));
  }

  /**
   * @param {number} at
   * @param {number} length
   */
  path(at, length) {
    const raw = this.read(at, length);
    if (raw.includes(0)) throw new Errno(E.INVAL);
    return new TextDecoder().decode(raw);
  }

  /**
   * @param {number} at
   * @param {number} count
   * @returns {[place: number, length: number][]}
   */
  vectors(at, count) {
    const words = new Uint32Array(this.read(at, 8 * count).buffer);
    return Array.from({ length: count }, (_, n) => [words[2 * n], words[2 * n + 1]]);
  }

  /**
   * @param {number} at
   * @param {number} count
   */
  gather(at, count) {
    const pieces = this.vectors(at, count).map(([place, length]) => this.read(place, length));
    const data = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let end = 0;
    for (const piece of pieces) {
      data.set(piece, end);
      end += piece.length;
    }
    return data;
  }

  /** @param {number} fd */
  descriptor(fd) {
    const found = this.open.get(fd);
    if (!found) throw new Errno(E.BADF);
    return found;
  }

  /** @param {number} fd */
  opened(fd) {
    const found = this.descriptor(fd);
    if (found instanceof Stream) throw new Errno(E.BADF);
    return found;
  }

  /** @param {number} fd */
  seekable(fd) {
    const found = this.descriptor(fd);
    if (found instanceof Stream) throw new Errno(E.SPIPE);
    return found;
  }

  /** @param {Open} opened */
  add(opened) {
    for (let number = 0; number < DESCRIPTORS; number++) {
      if (this.open.has(number)) continue;
      this.open.set(number, opened);
      return number;
    }
    throw new Errno(E.NOSPC);
  }

  /** @param {number} clock */
  now(clock) {
    if (clock === 0) return BigInt(Date.now()) * 1000000n;
    if (clock > 3) throw new Errno(E.INVAL);
    return BigInt(Math.round((performance.now() - this.began) * 1e6));
  }

  /**
   * @param {string[]} texts
   * @param {number} pointers
   * @param {number} at
   */
  strings(texts, pointers, at) {
    for (const text of texts) {
      const raw = new TextEncoder().encode(`${text}\0`);
      this.put(pointers, at);
      this.write(at, raw);
      pointers += 4;
      at += raw.length;
    }
  }

  /**
   * @param {string[]} texts
   * @param {number} count
   * @param {number} size
   */
  sizes(texts, count, size) {
    this.put(count, texts.length);
    this.put(size, texts.reduce((sum, text) => sum + new TextEncoder().encode(text).length + 1, 0));
  }

  /**
   * @param {Stream} stream
   * @param {Uint8Array} data
   */
  print(stream, data) {
    const room = this.limits.output - this.written;
    this.say(stream.number, data.subarray(0, room));
    this.written += Math.min(data.length, room);
    if (data.length > room) throw new Stopped(`it wrote more than ${this.limits.output} bytes`);
  }
}
