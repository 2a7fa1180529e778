/**
 * What the page fetches for micropip: the frame has no network, and asks for each file by its address.
 *
 * Two kinds of addresses are answered: an index of what the lesson's lock pins, which is made here and lies
 * nowhere, and what begins with an address that the lesson's manifest grants. Nothing else is asked for,
 * never with a cookie, never with more than a GET.
 */

import { RunnerError } from './errors.js';

/** @typedef {{status: number, type: string, body: ArrayBuffer, why: string}} Fetched */
/** @typedef {import('./packages.js').Pinned} Pinned */

/** Where micropip finds what the lock pins. */
export const PINNED = 'https://packages.invalid/';

const SIMPLE = 'application/vnd.pypi.simple.v1+json';
const MOST_BYTES = 100_000_000; // of one file

/**
 * Whether an address lies under one that is granted: the same origin, and the path's beginning.
 * @param {string[]} granted
 * @param {string} address
 */
export function isGranted(granted, address) {
  if (!URL.canParse(address)) return false;
  const asked = new URL(address);
  if (asked.username || asked.password) return false;
  return granted.some((each) => {
    const { origin, pathname } = new URL(each);
    return asked.origin === origin && asked.pathname.startsWith(pathname.endsWith('/') ? pathname : `${pathname}/`);
  });
}

/**
 * Answer for the index of what is pinned, in the form of PEP 691.
 * @param {Pinned[]} wheels those that may be had
 * @param {string} address under PINNED
 * @param {(wheel: Pinned) => Promise<Blob>} contentOf
 * @returns {Promise<Fetched>}
 */
export async function fromLock(wheels, address, contentOf) {
  const [, kind, name] = new URL(address).pathname.split('/');
  const wheel = wheels.find(each => (kind === 'simple' ? each.name : each.file) === decodeURIComponent(name ?? ''));
  if (!wheel) return failed(404, 'the lesson has no such package');
  if (kind !== 'simple') return { status: 200, type: 'application/zip', body: await (await contentOf(wheel)).arrayBuffer(), why: '' };
  const file = { filename: wheel.file, url: `${PINNED}files/${encodeURIComponent(wheel.file)}`, hashes: { sha256: wheel.sha256 }, size: wheel.bytes };
  const listed = JSON.stringify({ meta: { 'api-version': '1.1' }, name: wheel.name, versions: [wheel.version], files: [file] });
  return { status: 200, type: SIMPLE, body: new TextEncoder().encode(listed).buffer, why: '' };
}

/**
 * Fetch what is granted. A redirect could lead to where nothing is granted: it is refused.
 * @param {string} address
 * @param {(progress: import('./parts.js').Progress) => void} onProgress
 * @returns {Promise<Fetched>}
 */
export async function fromIndex(address, onProgress) {
  try {
    const response = await fetch(address, {
      credentials: 'omit', referrerPolicy: 'no-referrer', redirect: 'error', headers: { accept: `${SIMPLE}, */*;q=0.01` },
    });
    const body = await readUpTo(response, onProgress);
    const why = response.ok ? '' : `${new URL(address).host} answers ${response.status}`;
    return { status: response.status, type: response.headers.get('content-type') ?? '', body, why };
  } catch (error) {
    const { name, message } = /** @type {Error} */ (error);
    return failed(0, name === 'TooLarge' ? message : `${new URL(address).host} cannot be reached, or lets no page read from it`);
  }
}

/** @type {(status: number, why: string) => Fetched} */
export const failed = (status, why) => ({ status, type: '', body: new ArrayBuffer(0), why });

/** @type {(response: Response, onProgress: (progress: import('./parts.js').Progress) => void) => Promise<ArrayBuffer>} */
async function readUpTo(response, onProgress) {
  const total = Number(response.headers.get('content-length') ?? 0);
  const chunks = [];
  let loaded = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    chunks.push(/** @type {Uint8Array<ArrayBuffer>} */ (part.value));
    loaded += part.value.length;
    if (loaded > MOST_BYTES) {
      void reader?.cancel();
      throw new RunnerError('TooLarge', `${response.url} is larger than ${MOST_BYTES / 1e6} MB`);
    }
    if (total) onProgress({ stage: 'packages', loaded: Math.min(loaded, total), total });
  }
  return new Blob(chunks).arrayBuffer();
}
