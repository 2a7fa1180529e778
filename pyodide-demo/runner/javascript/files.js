/** Files of a program, in the worker's memory: the page writes and reads them, the program opens them as in Node. */

const MOST_BYTES = 100_000_000; // of all files together

/** Put a path in one form: no `.`, no `..` above the top, no slash at an end. @type {(path: unknown) => string} */
function plain(path) {
  /** @type {string[]} */
  const parts = [];
  for (const part of String(path).split('/')) {
    if (part === '..') parts.pop();
    else if (part && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** @type {(path: unknown) => Error} */
const missing = path => Object.assign(new Error(`there is no file '${path}'`), { name: 'FileNotFoundError', code: 'ENOENT' });

export class Files {
  /** @type {Map<string, Uint8Array<ArrayBuffer>>} */
  #files = new Map();

  /** @type {(path: unknown, content: unknown) => void} */
  write(path, content) {
    const name = plain(path);
    if (!name) throw new TypeError(`'${path}' cannot be the name of a file`);
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content)
      : ArrayBuffer.isView(content) ? new Uint8Array(content.buffer, content.byteOffset, content.byteLength).slice() : null;
    if (!bytes) throw new TypeError('a file holds a text, or bytes in a Uint8Array');
    const others = [...this.#files].reduce((sum, [each, { length }]) => sum + (each === name ? 0 : length), 0);
    if (others + bytes.length > MOST_BYTES) throw new RangeError(`files may hold ${MOST_BYTES / 1e6} MB together`);
    this.#files.set(name, /** @type {Uint8Array<ArrayBuffer>} */ (bytes));
  }

  /** @type {(path: unknown) => Uint8Array<ArrayBuffer>} */
  read(path) {
    const found = this.#files.get(plain(path));
    if (!found) throw missing(path);
    return found.slice();
  }

  /** @param {unknown} path */
  text(path) {
    return new TextDecoder().decode(this.read(path));
  }

  /** @param {unknown} path */
  remove(path) {
    if (!this.#files.delete(plain(path))) throw missing(path);
  }

  /** Return the files under a folder, relative to it and sorted. @param {unknown} folder */
  list(folder) {
    const before = plain(folder) && `${plain(folder)}/`;
    const found = [...this.#files.keys()].filter(name => name.startsWith(before)).map(name => name.slice(before.length));
    if (before && !found.length) throw Object.assign(new Error(`there is no folder '${folder}'`), { name: 'LookupError', code: 'ENOENT' });
    return found.sort();
  }

  /** @param {unknown} path */
  has(path) {
    const name = plain(path);
    return !name || [...this.#files.keys()].some(each => each === name || each.startsWith(`${name}/`));
  }
}

/**
 * What a program gets by `require('fs')`: the few calls of Node's that a lesson needs, and their promises.
 * @param {Files} files
 */
export function makeFs(files) {
  /** @type {(options: any) => boolean} */
  const asText = options => Boolean(typeof options === 'string' ? options : options?.encoding);
  const sync = {
    readFileSync: (/** @type {unknown} */ path, /** @type {any} */ options) => (asText(options) ? files.text(path) : files.read(path)),
    writeFileSync: (/** @type {unknown} */ path, /** @type {unknown} */ content) => files.write(path, content),
    appendFileSync: (/** @type {unknown} */ path, /** @type {unknown} */ content) => files.write(path, (files.has(path) ? files.text(path) : '') + content),
    existsSync: (/** @type {unknown} */ path) => files.has(path),
    unlinkSync: (/** @type {unknown} */ path) => files.remove(path),
    readdirSync: (/** @type {unknown} */ folder = '.') => [...new Set(files.list(folder).map(name => name.split('/')[0]))],
    mkdirSync: () => {}, // a folder is there when a file is in it
  };
  const named = Object.entries(sync).filter(([name]) => name !== 'existsSync');
  /** @type {Record<string, Function>} */
  const promises = Object.fromEntries(named.map(([name, work]) => [name.replace('Sync', ''), async (/** @type {any[]} */ ...args) => /** @type {Function} */ (work)(...args)]));
  return Object.freeze({ ...sync, promises: Object.freeze(promises) });
}

/** Have a call of the page's do its work. @type {(files: Files) => Record<string, (...args: any[]) => any>} */
export const methodsOf = files => ({
  write_file: (path, text) => files.write(path, String(text)),
  read_file: path => files.text(path),
  write_bytes: (path, content) => files.write(path, Uint8Array.from(atob(content), letter => letter.charCodeAt(0))),
  read_bytes: path => btoa(Array.from(files.read(path), byte => String.fromCharCode(byte)).join('')),
  remove_file: path => files.remove(path),
  list_files: folder => files.list(folder),
});
