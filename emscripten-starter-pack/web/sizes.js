/** How large the built files are, raw and as a server would send them compressed. */

import { address } from './glue.js';

/**
 * @typedef {{raw: number, zipped: number}} Size
 */

/**
 * @param {string} name a file under dist/
 * @returns {Promise<Size | null>} null where it is not built
 */
export async function sizeOf(name) {
  const response = await fetch(address(name), { cache: 'no-store' }).catch(() => null);
  if (!response?.ok) return null;
  const bytes = await response.arrayBuffer();
  const zipped = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return { raw: bytes.byteLength, zipped: (await new Response(zipped).arrayBuffer()).byteLength };
}

/** @param {number} bytes */
export function shown(bytes) {
  return bytes.toLocaleString('en');
}

/**
 * @param {string[]} files
 * @returns {Promise<string[][]>} rows of a table: name, raw, gzip, and what a page loads of the first target
 */
export async function sizeRows(files) {
  const sizes = await Promise.all(files.map(sizeOf));
  const rows = files.map((name, index) => [name, ...cells(sizes[index])]);
  const loaded = sizes.flatMap((size, index) => (size && isLoaded(files, files[index]) ? [size] : []));
  if (loaded.length < 2) return rows;
  const total = loaded.reduce((sum, size) => ({ raw: sum.raw + size.raw, zipped: sum.zipped + size.zipped }));
  return [...rows, [together(files), ...cells(total)]];
}

/**
 * The same rows before anything is measured.
 * @param {string[]} files
 */
export function rowsAhead(files) {
  const isSummed = files.filter(name => isLoaded(files, name)).length > 1;
  return [...files, ...(isSummed ? [together(files)] : [])].map(name => [name, '…', '…']);
}

/** Whether a page loads this file when it runs the first target. @param {string[]} files @param {string} name */
function isLoaded(files, name) {
  return name.startsWith(`${stem(files)}.`);
}

/** @param {string[]} files */
function together(files) {
  return `${stem(files)}.* together`;
}

/** @param {string[]} files */
function stem([first]) {
  return first.split('.')[0];
}

/** @param {Size | null} size */
function cells(size) {
  return size ? [shown(size.raw), shown(size.zipped)] : ['not built', ''];
}
