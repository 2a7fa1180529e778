/** Files for programs: uploaded or preloaded, kept in this browser, and given to each new worker. */

import { base64, bytesOf } from './exchange.js';
import { button, byId, download, make } from './dom.js';
import { forget, keep, note, recall, recallAll } from './store.js';

const MOST_BYTES = 5_000_000; // of one file that is kept
const MOST_FILES = 50;

/** @typedef {{name: string, content: string}} Kept in base64 */
/** @typedef {import('../runner/runner.js').Runner} Runner */

export class Files {
  /**
   * @param {() => Runner | null} runner the one that has files, where there is one
   * @param {() => void} onChange a file is new, or another one
   */
  constructor(runner, onChange) {
    this.runner = runner;
    this.onChange = onChange;
    byId('upload').addEventListener('change', async (event) => {
      const field = /** @type {HTMLInputElement} */ (event.target);
      for (const file of field.files ?? []) await this.add(file.name, new Uint8Array(await file.arrayBuffer()));
      field.value = '';
      await this.draw();
    });
  }

  /** Fetch what the lesson brings, once: what was edited or deleted afterwards stays so. */
  async preload() {
    const listed = document.querySelector('meta[name=wasmlab-files]')?.getAttribute('content')?.split(/\s+/) ?? [];
    for (const url of listed.filter(each => each && note(`preloaded ${each}`) === null)) {
      const response = await fetch(url).catch(() => null);
      if (!response?.ok) continue;
      await this.add(url.slice(url.lastIndexOf('/') + 1), new Uint8Array(await response.arrayBuffer()));
      note(`preloaded ${url}`, 'yes');
    }
  }

  /** @type {(name: string, bytes: Uint8Array) => Promise<void>} */
  async add(name, bytes) {
    if (bytes.length > MOST_BYTES) {
      say(`${name} is too large: at most ${MOST_BYTES / 1e6} MB are kept`);
      return;
    }
    const content = base64(bytes);
    await keep('files', name, { name, content });
    this.onChange();
    await this.runner()?.call('write_bytes', name, content);
    say(`${name} is there: ${bytes.length} bytes`);
  }

  /** Write all that is kept into a worker that has just begun. @param {Runner} runner */
  async restore(runner) {
    for (const { name, content } of await this.all()) await runner.call('write_bytes', name, content);
  }

  /** @returns {Promise<Kept[]>} */
  all() {
    return recallAll('files');
  }

  /** @type {(name: string) => Promise<string | null>} */
  async text(name) {
    const kept = await recall('files', name);
    return kept ? new TextDecoder().decode(bytesOf(kept.content)) : null;
  }

  /** Keep what a program has written. */
  async collect() {
    const runner = this.runner();
    if (!runner) return;
    const known = new Map((await this.all()).map(({ name, content }) => [name, content]));
    for (const name of (await runner.listFiles()).slice(0, MOST_FILES)) {
      if (/(^|\/)(__pycache__|\.)/.test(name)) continue;
      const content = await runner.call('read_bytes', name);
      if (content === known.get(name) || content.length >= MOST_BYTES * 1.4) continue;
      await keep('files', name, { name, content });
      this.onChange();
    }
  }

  async draw() {
    const rows = (await this.all()).map(({ name, content }) => make('li', '',
      make('span', 'what', make('code', '', name), ` ${size(content.length * 0.75)}`),
      make('span', 'acts', button('Download', `Download ${name}`, () => download(name, bytesOf(content))),
        button('Delete', `Delete ${name}`, () => void this.#remove(name)))));
    byId('files').replaceChildren(...rows);
  }

  /** @param {string} name */
  async #remove(name) {
    await forget('files', name);
    await this.runner()?.call('remove_file', name).catch(() => {}); // it was not there
    await this.draw();
    say(`${name} is deleted`);
  }
}

/** @param {string} text */
const say = (text) => { byId('files-note').textContent = text; };

/** @type {(bytes: number) => string} */
const size = bytes => (bytes < 1000 ? `${Math.round(bytes)} bytes` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
