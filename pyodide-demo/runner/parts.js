/** Fetches what makes Python: the files that a build has put beside the page, with progress in bytes. */

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
 * Fetch all parts. They stay packed: whoever uses one unpacks it.
 * @param {string} base the folder's address, with a slash at its end
 * @param {(progress: Progress) => void} onProgress
 * @returns {Promise<{parts: import('./protocol.js').Parts, lock: object}>}
 * @throws {RunnerError} AssetsMissing: they are not there, or not all of them
 */
export async function fetchParts(base, onProgress) {
  const { files, lock } = await (await get(`${base}parts.json`)).json();
  const total = files.reduce((/** @type {number} */ sum, /** @type {Listed} */ { bytes }) => sum + bytes, 0);
  let loaded = 0;
  /** @type {(bytes: number) => void} */
  const count = (bytes) => {
    loaded += bytes;
    onProgress({ stage: 'fetch', loaded, total });
  };
  const fetched = await Promise.all(files.map(async (/** @type {Listed} */ { name, file, type }) => {
    const response = await get(base + file);
    const chunks = response.body ? await read(response.body, count) : [await response.arrayBuffer()];
    return [name, new Blob(chunks, { type })];
  }));
  return { parts: Object.fromEntries(fetched), lock };
}

/** @type {(url: string) => Promise<Response>} */
async function get(url) {
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
