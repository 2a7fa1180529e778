/** Files and folders in memory, and what a program holds open of them; as `wasi/files.py` does it. */

export const E = {
  BADF: 8, EXIST: 20, FAULT: 21, INVAL: 28, ISDIR: 31, NAMETOOLONG: 37, NOENT: 44, NOSPC: 51, NOTDIR: 54,
  NOTEMPTY: 55, NOTSUP: 58, SPIPE: 70, NOTCAPABLE: 76,
};
export const CHARACTERS = 2;

/** A function of WASI ends with this number. */
export class Errno extends Error {
  /** @param {number} number */
  constructor(number) {
    super(String(number));
    this.number = number;
  }
}

/** A file's content: `size` bytes of `room`. */
export class File {
  type = 4;
  size = 0;
  room = new Uint8Array(0);

  /** @param {number} inode */
  constructor(inode) {
    this.inode = inode;
  }

  /** @param {number} size */
  grow(size) {
    if (size > this.room.length) {
      const room = new Uint8Array(Math.max(size, 2 * this.room.length));
      room.set(this.room.subarray(0, this.size));
      this.room = room;
    }
    this.size = size;
  }

  /** @param {number} size */
  cut(size) {
    this.room.fill(0, size, this.size);
    this.size = size;
  }

  get data() {
    return this.room.subarray(0, this.size);
  }
}

/** A folder's entries, in the order in which they were made. */
export class Folder {
  type = 3;
  /** @type {Map<string, File | Folder>} */
  entries = new Map();

  /** @param {number} inode */
  constructor(inode) {
    this.inode = inode;
  }
}

/** One of the three streams; `data` is what is still to be read. */
export class Stream {
  /**
   * @param {number} number
   * @param {Uint8Array} data
   */
  constructor(number, data) {
    this.number = number;
    this.data = data;
  }
}

/** A descriptor of a file or a folder; `preopened` is the name of one that was there at the start. */
export class Open {
  position = 0;
  preopened = '';

  /**
   * @param {File | Folder} node
   * @param {boolean} reads
   * @param {boolean} writes
   * @param {boolean} append
   */
  constructor(node, reads = true, writes = true, append = false) {
    this.node = node;
    this.reads = reads;
    this.writes = writes;
    this.append = append;
  }

  get file() {
    if (!(this.node instanceof File)) throw new Errno(E.BADF);
    return this.node;
  }

  get folder() {
    if (!(this.node instanceof Folder)) throw new Errno(E.NOTDIR);
    return this.node;
  }

  /**
   * @param {number} length
   * @param {number} position
   */
  read(length, position) {
    if (!this.reads) throw new Errno(E.BADF);
    return this.file.data.subarray(position, position + length);
  }
}

/**
 * @param {Open | Stream} opened
 * @param {bigint} offset
 * @param {number} whence
 */
export function seek(opened, offset, whence) {
  if (opened instanceof Stream) throw new Errno(E.SPIPE);
  if (whence > 2) throw new Errno(E.INVAL);
  const position = [0, opened.position, opened.file.size][whence] + Number(offset);
  if (position < 0) throw new Errno(E.INVAL);
  opened.position = position;
  return position;
}

/** @param {File | Folder | null} node */
export function status(node) {
  const view = new DataView(new ArrayBuffer(64));
  view.setBigUint64(8, BigInt(node?.inode ?? 0), true);
  view.setUint8(16, node?.type ?? CHARACTERS);
  view.setBigUint64(24, 1n, true);
  view.setBigUint64(32, BigInt(node instanceof File ? node.size : 0), true);
  return new Uint8Array(view.buffer);
}
