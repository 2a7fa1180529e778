/** What a WASI program can wait for: a time, or a descriptor. */

import { E, Errno } from './files.js';

export const CLOCK = 0;
const ABSOLUTE = 1;

/** @typedef {import('./world.js').World} World */

/** One thing that a program waits for: a time, or a descriptor, which is always ready here. */
export class Wanted {
  /** @param {Uint8Array<ArrayBuffer>} raw */
  constructor(raw) {
    const view = new DataView(raw.buffer);
    this.mark = view.getBigUint64(0, true);
    this.type = view.getUint8(8);
    this.clock = view.getUint32(16, true);
    this.timeout = view.getBigUint64(24, true);
    this.flags = view.getUint16(40, true);
    if (this.type > 2) throw new Errno(E.INVAL);
  }

  /** @param {World} world */
  wait(world) {
    const now = world.now(this.clock);
    const left = this.flags & ABSOLUTE ? this.timeout - now : this.timeout;
    return left > 0n ? left : 0n;
  }

  /** @param {World} world */
  event(world) {
    const clock = this.type === CLOCK;
    const view = new DataView(new ArrayBuffer(32));
    view.setBigUint64(0, this.mark, true);
    view.setUint16(8, clock || world.open.has(this.clock) ? 0 : E.BADF, true);
    view.setUint8(10, this.type);
    view.setBigUint64(16, clock ? 0n : 1n, true);
    return new Uint8Array(view.buffer);
  }
}

/** @param {number} milliseconds */
export function sleep(milliseconds) {
  if (typeof SharedArrayBuffer !== 'undefined') {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
    return;
  }
  const end = performance.now() + milliseconds;
  while (performance.now() < end) ; // a worker without shared memory cannot wait otherwise
}
