/** The functions of WASI preview 1 over a program's world, as `wasi/calls.py` has them. */

import { CHARACTERS, E, Errno, Stream, seek, status } from './files.js';
import { CLOCK, Wanted, sleep } from './waiting.js';
import { Exit, World } from './world.js';

/** @typedef {import('./files.js').Open} Open */
/** @typedef {import('./files.js').File} File */
/** @typedef {import('./files.js').Folder} Folder */

const ALL_RIGHTS = (1n << 30n) - 1n;
const SEEK_AND_TELL = (1n << 2n) | (1n << 5n);
const APPEND = 1;

/** The names of the methods and their arguments are WASI's own. */
export class Wasi extends World {
  /** @type {(pointers: number, at: number) => void} */
  args_get(pointers, at) { this.strings(this.program.argv, pointers, at); }

  /** @type {(count: number, size: number) => void} */
  args_sizes_get(count, size) { this.sizes(this.program.argv, count, size); }

  /** @type {(pointers: number, at: number) => void} */
  environ_get(pointers, at) { this.strings(this.program.environment, pointers, at); }

  /** @type {(count: number, size: number) => void} */
  environ_sizes_get(count, size) { this.sizes(this.program.environment, count, size); }

  /** @type {(clock: number, at: number) => void} */
  clock_res_get(clock, at) {
    this.now(clock);
    this.putWide(at, 1000000n);
  }

  /** @type {(clock: number, precision: bigint, at: number) => void} */
  clock_time_get(clock, _, at) { this.putWide(at, this.now(clock)); }

  /** @type {(at: number, length: number) => void} */
  random_get(at, length) {
    const bytes = this.range(at, length);
    let state = this.state;
    for (let n = 0; n < length; n++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      bytes[n] = state;
    }
    this.state = state;
  }

  sched_yield() {}

  /** @param {number} code */
  proc_exit(code) {
    this.code = code;
    throw new Exit();
  }

  proc_raise() { return E.NOTSUP; }

  /** @param {number} fd */
  fd_close(fd) {
    this.descriptor(fd);
    this.open.delete(fd);
  }

  /** @type {(fd: number, to: number) => void} */
  fd_renumber(fd, to) {
    this.descriptor(to);
    this.open.set(to, this.descriptor(fd));
    if (to !== fd) this.open.delete(fd);
  }

  /** @type {(fd: number, at: number, count: number, done: number) => void} */
  fd_read(fd, at, count, done) {
    const opened = this.descriptor(fd);
    if (opened instanceof Stream) {
      this.put(done, this.readStream(opened, at, count));
      return;
    }
    const total = this.readFile(opened, at, count, opened.position);
    opened.position += total;
    this.put(done, total);
  }

  /** @type {(stream: Stream, at: number, count: number) => number} */
  readStream(stream, at, count) {
    if (stream.number !== 0) throw new Errno(E.BADF);
    let total = 0;
    for (const [place, length] of this.vectors(at, count)) {
      const data = stream.data.subarray(0, length);
      this.write(place, data);
      stream.data = stream.data.subarray(data.length);
      total += data.length;
    }
    return total;
  }

  /** @type {(opened: Open, at: number, count: number, position: number) => number} */
  readFile(opened, at, count, position) {
    let total = 0;
    for (const [place, length] of this.vectors(at, count)) {
      const data = opened.read(length, position + total);
      this.write(place, data);
      total += data.length;
    }
    return total;
  }

  /** @type {(fd: number, at: number, count: number, position: bigint, done: number) => void} */
  fd_pread(fd, at, count, position, done) {
    this.put(done, this.readFile(this.seekable(fd), at, count, unsigned(position)));
  }

  /** @type {(fd: number, at: number, count: number, done: number) => void} */
  fd_write(fd, at, count, done) {
    const opened = this.descriptor(fd);
    const data = this.gather(at, count);
    if (opened instanceof Stream) {
      if (opened.number === 0) throw new Errno(E.BADF);
      this.print(opened, data);
    } else {
      const position = opened.append ? opened.file.size : opened.position;
      this.tree.write(opened, data, position);
      opened.position = position + data.length;
    }
    this.put(done, data.length);
  }

  /** @type {(fd: number, at: number, count: number, position: bigint, done: number) => void} */
  fd_pwrite(fd, at, count, position, done) {
    const data = this.gather(at, count);
    this.tree.write(this.seekable(fd), data, unsigned(position));
    this.put(done, data.length);
  }

  /** @type {(fd: number, offset: bigint, whence: number, at: number) => void} */
  fd_seek(fd, offset, whence, at) { this.putWide(at, BigInt(seek(this.descriptor(fd), offset, whence))); }

  /** @type {(fd: number, at: number) => void} */
  fd_tell(fd, at) { this.putWide(at, BigInt(seek(this.descriptor(fd), 0n, 1))); }

  /** @param {number} fd */
  fd_advise(fd) { this.opened(fd); }

  /** @type {(fd: number, offset: bigint, length: bigint) => void} */
  fd_allocate(fd, offset, length) { this.tree.allocate(this.opened(fd).file, Number(offset + length)); }

  /** @param {number} fd */
  fd_datasync(fd) { this.descriptor(fd); }

  /** @param {number} fd */
  fd_sync(fd) { this.descriptor(fd); }

  /** @type {(fd: number, at: number) => void} */
  fd_fdstat_get(fd, at) {
    const opened = this.descriptor(fd);
    const stream = opened instanceof Stream;
    const view = new DataView(new ArrayBuffer(24));
    const rights = stream ? ALL_RIGHTS & ~SEEK_AND_TELL : ALL_RIGHTS;
    view.setUint8(0, stream ? CHARACTERS : opened.node.type);
    view.setUint16(2, !stream && opened.append ? APPEND : 0, true);
    view.setBigUint64(8, rights, true);
    view.setBigUint64(16, rights, true);
    this.write(at, new Uint8Array(view.buffer));
  }

  /** @type {(fd: number, flags: number) => void} */
  fd_fdstat_set_flags(fd, flags) { this.opened(fd).append = (flags & APPEND) !== 0; }

  /** @param {number} fd */
  fd_fdstat_set_rights(fd) { this.descriptor(fd); }

  /** @type {(fd: number, at: number) => void} */
  fd_filestat_get(fd, at) {
    const opened = this.descriptor(fd);
    this.write(at, status(opened instanceof Stream ? null : opened.node));
  }

  /** @type {(fd: number, size: bigint) => void} */
  fd_filestat_set_size(fd, size) { this.tree.resize(this.opened(fd), unsigned(size)); }

  /** @param {number} fd */
  fd_filestat_set_times(fd) { this.descriptor(fd); }

  /** @param {number} fd */
  preopened(fd) {
    const { preopened } = this.opened(fd);
    if (!preopened) throw new Errno(E.BADF);
    return new TextEncoder().encode(preopened);
  }

  /** @type {(fd: number, at: number) => void} */
  fd_prestat_get(fd, at) {
    const { length } = this.preopened(fd);
    this.write(at, new Uint8Array(new Uint32Array([0, length]).buffer));
  }

  /** @type {(fd: number, at: number, length: number) => void} */
  fd_prestat_dir_name(fd, at, length) {
    const name = this.preopened(fd);
    if (name.length > length) throw new Errno(E.NAMETOOLONG);
    this.write(at, name);
  }

  /** @type {(fd: number, at: number, length: number, cookie: bigint, used: number) => void} */
  fd_readdir(fd, at, length, cookie, used) {
    const { folder } = this.opened(fd);
    /** @type {[string, File | Folder][]} */
    const rows = [['.', folder], ['..', folder], ...folder.entries];
    const first = Math.max(Number(cookie), 0);
    /** @type {number[]} */
    const made = [];
    for (let number = first; number < rows.length && made.length < length; number++) {
      const [name, node] = rows[number];
      const raw = new TextEncoder().encode(name);
      const view = new DataView(new ArrayBuffer(24));
      view.setBigUint64(0, BigInt(number + 1), true);
      view.setBigUint64(8, BigInt(node.inode), true);
      view.setUint32(16, raw.length, true);
      view.setUint8(20, node.type);
      made.push(...new Uint8Array(view.buffer), ...raw);
    }
    this.write(at, new Uint8Array(made.slice(0, length)));
    this.put(used, Math.min(made.length, length));
  }

  /** @type {(fd: number, lookup: number, at: number, size: number, how: number, rights: bigint, inheriting: bigint, flags: number, out: number) => void} */
  path_open(fd, _, at, size, how, rights, __, flags, out) {
    const folder = this.opened(fd).folder;
    const opened = this.tree.open(folder, this.path(at, size), how, rights, (flags & APPEND) !== 0);
    this.put(out, this.add(opened));
  }

  /** @type {(fd: number, at: number, size: number) => void} */
  path_create_directory(fd, at, size) { this.tree.makeFolder(this.opened(fd).folder, this.path(at, size)); }

  /** @type {(fd: number, at: number, size: number) => void} */
  path_remove_directory(fd, at, size) { this.tree.remove(this.opened(fd).folder, this.path(at, size), true); }

  /** @type {(fd: number, at: number, size: number) => void} */
  path_unlink_file(fd, at, size) { this.tree.remove(this.opened(fd).folder, this.path(at, size), false); }

  /** @type {(fd: number, at: number, size: number, to: number, place: number, length: number) => void} */
  path_rename(fd, at, size, to, place, length) {
    const from = this.opened(fd).folder;
    const old = this.path(at, size);
    this.tree.rename(from, old, this.opened(to).folder, this.path(place, length));
  }

  /** @type {(fd: number, flags: number, at: number, size: number, out: number) => void} */
  path_filestat_get(fd, _, at, size, out) {
    this.write(out, status(this.tree.find(this.opened(fd).folder, this.path(at, size))));
  }

  /** @type {(fd: number, flags: number, at: number, size: number) => void} */
  path_filestat_set_times(fd, _, at, size) { this.tree.find(this.opened(fd).folder, this.path(at, size)); }

  /** @type {(fd: number, at: number, size: number) => number} */
  path_readlink(fd, at, size) {
    this.tree.find(this.opened(fd).folder, this.path(at, size));
    return E.INVAL;
  }

  path_link() { return E.NOTSUP; }
  path_symlink() { return E.NOTSUP; }
  sock_accept() { return E.NOTSUP; }
  sock_recv() { return E.NOTSUP; }
  sock_send() { return E.NOTSUP; }
  sock_shutdown() { return E.NOTSUP; }

  /** @type {(at: number, out: number, count: number, done: number) => void} */
  poll_oneoff(at, out, count, done) {
    if (!count) throw new Errno(E.INVAL);
    const wanted = Array.from({ length: count }, (_, n) => new Wanted(this.read(at + 48 * n, 48)));
    let ready = wanted.filter(one => one.type !== CLOCK);
    if (!ready.length) {
      const waits = wanted.map(one => one.wait(this));
      const least = waits.reduce((one, other) => one < other ? one : other);
      sleep(Number(least) / 1e6);
      ready = [wanted[waits.indexOf(least)]];
    }
    ready.forEach((one, number) => this.write(out + 32 * number, one.event(this)));
    this.put(done, ready.length);
  }
}

/** @param {bigint} number */
function unsigned(number) {
  return Number(BigInt.asUintN(64, number));
}
