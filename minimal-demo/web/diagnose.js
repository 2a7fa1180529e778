/** Finds out why a module did not start, one step at a time; runs only after it has failed. */

import { TROUBLES } from './explain.js';

/**
 * What was found; `bytes` are there where the module can still be started without streaming.
 * @typedef {{trouble: import('./explain.js').Trouble, bytes?: ArrayBuffer}} Finding
 */

/**
 * @param {string} url
 * @param {unknown} error what the first try said
 * @param {WebAssembly.Imports} imports
 * @returns {Promise<Finding>}
 */
export async function diagnose(url, error, imports) {
  if (typeof WebAssembly !== 'object') return because('noWasm', {});
  const detail = String(error);
  const response = await fetch(url, { cache: 'no-store' }).catch(() => null);
  if (!response) return because('unreachable', { url }, detail);
  if (response.status === 404) return because('notBuilt', { url });
  if (!response.ok) return because('refused', { url, status: `${response.status} ${response.statusText}` });
  return look(url, await response.arrayBuffer(), response.headers.get('Content-Type'), imports, detail);
}

/** @type {(url: string, bytes: ArrayBuffer, type: string | null, imports: WebAssembly.Imports, detail: string) => Promise<Finding>} */
async function look(url, bytes, type, imports, detail) {
  const start = new TextDecoder().decode(bytes.slice(0, 12)).replace(/\s+/g, ' ');
  if (!start.startsWith('\0asm')) return because('notWasm', { url, start }, detail);
  const module = await WebAssembly.compile(bytes).catch(() => null);
  if (!module) return because('unknown', {}, detail);
  const missing = WebAssembly.Module.imports(module).filter(wanted => !(wanted.name in (imports[wanted.module] ?? {})));
  if (missing.length) {
    const have = Object.entries(imports).flatMap(([from, members]) => Object.keys(members).map(name => `${from}.${name}`));
    return because('importMissing', { names: missing.map(one => `${one.module}.${one.name}`).join(', '), have: have.join(', ') }, detail);
  }
  if (type?.split(';')[0].trim() === 'application/wasm') return because('unknown', {}, detail);
  return { ...because('wrongType', { url, type: type ?? 'a file without a type' }, detail), bytes };
}

/** @type {(name: string, found: Record<string, string>, detail?: string) => Finding} */
function because(name, found, detail) {
  return { trouble: { ...TROUBLES[name](found), detail } };
}
