/** Keeps things in this browser; where it keeps nothing (a private window, say), for as long as the page lives. */

const NAME = 'wasmlab-playground';
const STORES = ['files', 'history', 'databases'];

/** Each page keeps its own: two lessons of one server share an origin. */
const here = location.pathname;

/** @type {Promise<IDBDatabase | null> | null} */
let opening = null;
/** @type {Map<string, any>} */
const instead = new Map();

/** @type {() => Promise<IDBDatabase | null>} */
function open() {
  opening ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => { for (const store of STORES) request.result.createObjectStore(store); };
      request.onsuccess = () => resolve(request.result);
      request.onerror = request.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  return opening;
}

/**
 * @param {string} store
 * @param {IDBTransactionMode} mode
 * @param {(objects: IDBObjectStore) => IDBRequest} work
 * @param {() => any} otherwise
 * @returns {Promise<any>}
 */
async function using(store, mode, work, otherwise) {
  const database = await open();
  if (!database) return otherwise();
  return new Promise((resolve, reject) => {
    const request = work(database.transaction(store, mode).objectStore(store));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @type {(name: string) => string} */
const keyOf = name => `${here}\n${name}`;
const mine = IDBKeyRange.bound(keyOf(''), keyOf('\uffff'));

/** @type {(store: string, name: string, value: any) => Promise<void>} */
export async function keep(store, name, value) {
  await using(store, 'readwrite', objects => objects.put(value, keyOf(name)), () => instead.set(store + keyOf(name), value));
}

/** @type {(store: string, name: string) => Promise<any>} */
export const recall = (store, name) => using(store, 'readonly', objects => objects.get(keyOf(name)), () => instead.get(store + keyOf(name)));

/** @type {(store: string, name: string) => Promise<void>} */
export const forget = (store, name) => using(store, 'readwrite', objects => objects.delete(keyOf(name)), () => instead.delete(store + keyOf(name)));

/** @type {(store: string) => Promise<void>} */
export const forgetAll = store => using(store, 'readwrite', objects => objects.delete(mine), () => {
  for (const key of instead.keys()) if (key.startsWith(store + keyOf(''))) instead.delete(key);
});

/** Return what is kept, in the order of the names. @type {(store: string) => Promise<any[]>} */
export const recallAll = store => using(store, 'readonly', objects => objects.getAll(mine),
  () => [...instead].filter(([key]) => key.startsWith(store + keyOf(''))).sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value));

/** Small texts, at once. @type {(name: string, text?: string) => string | null} */
export function note(name, text) {
  try {
    if (text !== undefined) localStorage.setItem(keyOf(name), text);
    return localStorage.getItem(keyOf(name));
  } catch {
    if (text !== undefined) instead.set(keyOf(name), text);
    return instead.get(keyOf(name)) ?? null;
  }
}
