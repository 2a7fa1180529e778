/** Fetches what makes Python and the other languages: the files that a build has put beside the page, with progress in bytes. */

import { RunnerError } from './errors.js';

/**
 * @typedef {object} Listed a part in `parts.json`
 * @property {string} name
 * @property {string} file where it lies, gzipped
 * @property {number} bytes of the file
 * @property {string} type its media type, unpacked
 */

/** @typedef {{stage: string, loaded: number, total: number}} Progress */

/**
 * @typedef {Record<string, Promise<Blob>>} Coming files on their way, by their names; each may fail for itself with AssetsMissing
 */

/**
 * Fetch all parts. They stay packed: whoever uses one unpacks it.
 * @param {string} base the folder's address, with a slash at its end
 * @param {(progress: Progress) => void} onProgress
 * @returns {Promise<{parts: Coming, lock: object}>}
 * @throws {RunnerError} AssetsMissing: their list is not there
 */
export async function fetchParts(base, onProgress) {
  const { files, lock } = await (await get(`${base}parts.json`)).json();
  return { parts: fetchAll(files.map((/** @type {Listed} */ listed) => ({ ...listed, url: base + listed.file })), onProgress), lock };
}

/**
 * Fetch files of which nothing is known beforehand; each is called by the last word of its address.
 * @param {string[]} urls
 * @param {(progress: Progress) => void} onProgress
 * @returns {Coming}
 */
export function fetchFiles(urls, onProgress) {
  return fetchAll(urls.map(url => ({
    url, name: url.slice(url.lastIndexOf('/') + 1), type: url.endsWith('.wasm') ? 'application/wasm' : 'text/javascript', bytes: 0,
  })), onProgress);
}

/** @type {(files: {name: string, url: string, type: string, bytes: number}[], onProgress: (progress: Progress) => void) => Coming} */
export function fetchAll(files, onProgress) {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let loaded = 0;
  /** @type {(bytes: number) => void} */
  const count = (bytes) => {
    loaded += bytes;
    if (total) onProgress({ stage: 'fetch', loaded, total });
  };
  /** @type {(file: {url: string, type: string}) => Promise<Blob>} */
  const fetched = async ({ url, type }) => {
    const response = await get(url);
    const chunks = response.body ? await read(response.body, count) : [await response.arrayBuffer()];
    return new Blob(chunks, { type });
  };
  return Object.fromEntries(files.map((file) => {
    const coming = fetched(file);
    coming.catch(() => {}); // whoever waits for it is told
    return [file.name, coming];
  }));
}

/**
 * Fetch what runs inside the frame: its own text, the worker, and the language's module.
 * @param {string} engine
 * @returns {Promise<import('./host.js').Program>}
 */
export async function fetchProgram(engine) {
  const [frame, ...modules] = await Promise.all(['frame.js', 'worker.js', engine].map(async (name) => {
    return (await get(new URL(name, import.meta.url).href)).text();
  }));
  return { frame, program: modules.map(module => new Blob([module], { type: 'text/javascript' })) };
}

/** @type {(url: string) => Promise<Response>} */
export async function get(url) {
  let why;
  try {
    const response = await fetch(url);
    if (response.ok) return response;
    why = `the server answers ${response.status}`;
  } catch (error) {
    why = /** @type {Error} */ (error).message;
  }
  throw new RunnerError('AssetsMissing', `${url} cannot be fetched: ${why}. Build the lesson (wasmlab build), and open the page through a server`);
}

/** @type {(body: ReadableStream<Uint8Array<ArrayBuffer>>, count: (bytes: number) => void) => Promise<Uint8Array<ArrayBuffer>[]>} */
async function read(body, count) {
  const chunks = [];
  const reader = body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    count(part.value.length);
  }
  return chunks;
}
