/** A folder of files in memory, no larger than it may be; as `wasi/files.py` does it. */

import { E, Errno, File, Folder, Open } from './files.js';

const CREATE = 1;
const DIRECTORY = 2;
const EXCLUSIVE = 4;
const TRUNCATE = 8;
const READS = 1n << 1n;
const WRITES = 1n << 6n;

/** All files under one folder, together no larger than `limit` bytes. */
export class Tree {
  inodes = 0;
  size = 0;

  /**
   * @param {[path: string, data: Uint8Array][]} files
   * @param {number} limit
   * @param {number} count
   */
  constructor(files, limit, count) {
    this.limit = limit;
    this.count = count;
    this.root = new Folder(++this.inodes);
    for (const [path, data] of files) this.put(path.split('/'), data);
  }

  /**
   * @param {string[]} parts
   * @param {Uint8Array} data
   */
  put(parts, data) {
    let at = this.root;
    for (const part of parts.slice(0, -1)) {
      const inner = at.entries.get(part) ?? new Folder(++this.inodes);
      at.entries.set(part, inner);
      if (!(inner instanceof Folder)) return;
      at = inner;
    }
    const file = new File(++this.inodes);
    file.grow(data.length);
    file.room.set(data);
    at.entries.set(/** @type {string} */ (parts.at(-1)), file);
    this.size += data.length;
  }

  /** @returns {[path: string, data: Uint8Array][]} */
  files() {
    return walk(this.root, '');
  }

  /**
   * @param {Open} opened
   * @param {Uint8Array} data
   * @param {number} position
   */
  write(opened, data, position) {
    if (!opened.writes) throw new Errno(E.BADF);
    if (!data.length) return;
    this.allocate(opened.file, position + data.length);
    opened.file.room.set(data, position);
  }

  /**
   * @param {File} file
   * @param {number} size
   */
  allocate(file, size) {
    if (size <= file.size) return;
    if (this.size + size - file.size > this.limit) throw new Errno(E.NOSPC);
    this.size += size - file.size;
    file.grow(size);
  }

  /**
   * @param {Open} opened
   * @param {number} size
   */
  resize(opened, size) {
    const file = opened.file;
    if (!opened.writes) throw new Errno(E.INVAL);
    this.allocate(file, size);
    this.size -= file.size - size;
    file.cut(size);
  }

  /**
   * @param {Folder} at
   * @param {string} path
   * @param {number} how
   * @param {bigint} rights
   * @param {boolean} append
   */
  open(at, path, how, rights, append) {
    const [parent, name] = this.parent(at, path);
    let node = entry(parent, name);
    const writes = (rights & WRITES) !== 0n;
    if (node === undefined) {
      if (!(how & CREATE)) throw new Errno(E.NOENT);
      node = new File(this.newInode());
      parent.entries.set(name, node);
    } else if (how & CREATE && how & EXCLUSIVE) {
      throw new Errno(E.EXIST);
    }
    if (node instanceof Folder) {
      if (writes && !(how & DIRECTORY)) throw new Errno(E.ISDIR);
      return new Open(node);
    }
    if (how & DIRECTORY || path.endsWith('/')) throw new Errno(E.NOTDIR);
    const opened = new Open(node, (rights & READS) !== 0n, writes, append);
    if (how & TRUNCATE) this.resize(opened, 0);
    return opened;
  }

  newInode() {
    if (this.inodes >= this.count) throw new Errno(E.NOSPC);
    return ++this.inodes;
  }

  /**
   * @param {Folder} at
   * @param {string} path
   */
  find(at, path) {
    const node = entry(...this.parent(at, path));
    if (node === undefined) throw new Errno(E.NOENT);
    if (path.endsWith('/') && node instanceof File) throw new Errno(E.NOTDIR);
    return node;
  }

  /**
   * @param {Folder} at
   * @param {string} path
   */
  makeFolder(at, path) {
    const [parent, name] = this.parent(at, path);
    if (entry(parent, name) !== undefined) throw new Errno(E.EXIST);
    parent.entries.set(name, new Folder(this.newInode()));
  }

  /**
   * @param {Folder} at
   * @param {string} path
   * @param {boolean} folder
   */
  remove(at, path, folder) {
    const node = this.find(at, path);
    if (folder !== node instanceof Folder) throw new Errno(folder ? E.NOTDIR : E.ISDIR);
    if (node instanceof Folder && node.entries.size) throw new Errno(E.NOTEMPTY);
    this.drop(...this.parent(at, path));
  }

  /**
   * @param {Folder} parent
   * @param {string} name
   */
  drop(parent, name) {
    if (name === '.') throw new Errno(E.INVAL);
    const node = parent.entries.get(name);
    if (node instanceof File) this.size -= node.size;
    parent.entries.delete(name);
  }

  /**
   * @param {Folder} oldAt
   * @param {string} old
   * @param {Folder} newAt
   * @param {string} path
   */
  rename(oldAt, old, newAt, path) {
    const node = this.find(oldAt, old);
    const [source, name] = this.parent(oldAt, old);
    const [target, newName] = this.parent(newAt, path);
    const there = entry(target, newName);
    if (there === node) return;
    if (name === '.' || newName === '.' || (node instanceof Folder && inside(node, target))) throw new Errno(E.INVAL);
    if (there !== undefined) {
      const folder = there instanceof Folder;
      if (folder !== node instanceof Folder) throw new Errno(folder ? E.ISDIR : E.NOTDIR);
      if (folder && there.entries.size) throw new Errno(E.NOTEMPTY);
      this.drop(target, newName);
    }
    source.entries.delete(name);
    target.entries.set(newName, node);
  }

  /**
   * The folder that holds the last part of `path`, and that part: `.` for the folder itself.
   * @param {Folder} at
   * @param {string} path
   * @returns {[Folder, string]}
   */
  parent(at, path) {
    if (!path) throw new Errno(E.NOENT);
    if (path.startsWith('/')) throw new Errno(E.NOTCAPABLE);
    /** @type {[Folder, string][]} */
    const chain = [[at, '.']];
    for (const part of path.split('/')) {
      if (part === '' || part === '.') continue;
      if (part === '..') {
        if (chain.length === 1) throw new Errno(E.NOTCAPABLE);
        chain.pop();
        continue;
      }
      const folder = entry(...chain[chain.length - 1]);
      if (!(folder instanceof Folder)) throw new Errno(folder ? E.NOTDIR : E.NOENT);
      chain.push([folder, part]);
    }
    return chain[chain.length - 1];
  }
}

/**
 * @param {Folder} folder
 * @param {string} name
 * @returns {File | Folder | undefined}
 */
function entry(folder, name) {
  return name === '.' ? folder : folder.entries.get(name);
}

/**
 * @param {Folder} outer
 * @param {Folder} inner
 * @returns {boolean}
 */
function inside(outer, inner) {
  return outer === inner || [...outer.entries.values()].some(node => node instanceof Folder && inside(node, inner));
}

/**
 * @param {Folder} folder
 * @param {string} before
 * @returns {[path: string, data: Uint8Array][]}
 */
function walk(folder, before) {
  return [...folder.entries].flatMap(([name, node]) =>
    node instanceof Folder ? walk(node, `${before}${name}/`) : [[`${before}${name}`, node.data]]);
}
