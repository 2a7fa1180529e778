/** Explains a call that ended in a trap or in an exception. */

import { TRAPS } from './explain.js';
import { toInt32 } from './numbers.js';

const LARGEST = 2 ** 31 - 1;

/**
 * @param {unknown} error
 * @param {number[]} args what JavaScript passed
 * @returns {import('./explain.js').Trouble}
 */
export function explainTrap(error, args) {
  const detail = String(error);
  const known = TRAPS.find(([pattern]) => pattern.test(detail));
  if (!known) {
    return {
      title: 'The call ended in an exception',
      text: 'JavaScript code that Wasm called threw it, and it passed through Wasm on its way here.',
      todo: 'Look at the import object in `web/wasm.js`.',
      detail,
    };
  }
  return {
    title: 'Wasm stopped in a trap',
    text: [known[1], overflow(args)].filter(Boolean).join(' '),
    todo: 'Try other numbers: the next Run starts with a fresh instance of the module.',
    detail,
  };
}

/**
 * Ask the table that a build leaves beside the module why it stopped, and in a debug build at which C line.
 * @param {unknown} error
 * @param {string} module the module's URL
 * @param {import('./wasm.js').Program} stopped
 * @returns {Promise<import('./explain.js').Trouble | null>} null where no table tells it
 */
export async function locateTrap(error, module, stopped) {
  const place = new URL(module, document.baseURI);
  try {
    const [{ explain, stackLines }, table] = await Promise.all([
      import(new URL('traps.js', place).href),
      fetch(place.href.replace(/\.wasm$/, '.traps.json'), { cache: 'no-store' }).then(response => response.json()),
    ]);
    const found = explain(error, table, new Uint8Array(stopped.bytes), memoryOf(stopped.raw)?.buffer.byteLength);
    if (found.reason === 'trap') return null; // an error of JavaScript's own
    const where = found.line ? `${found.file}:${found.line}:${found.column} ` : '';
    const source = found.line ? [found.sourceLine, `${' '.repeat(Math.max(found.column - 1, 0))}^`] : [];
    return {
      title: `${where}${found.title}`,
      text: sentence(found.why),
      todo: sentence(found.try),
      detail: [...source, ...stackLines(found), found.detail].filter(Boolean).join('\n'),
    };
  } catch {
    return null; // nobody has built a table here
  }
}

/** @param {WebAssembly.Exports} exports */
function memoryOf(exports) {
  return Object.values(exports).find(one => one instanceof WebAssembly.Memory);
}

/** @param {string} text */
function sentence(text) {
  return text && `${text[0].toUpperCase()}${text.slice(1)}.`;
}

/** @param {number[]} args */
function overflow(args) {
  const sum = args.reduce((total, value) => total + toInt32(value), 0);
  if (sum === toInt32(sum)) return '';
  const [bound, limit] = sum > 0 ? ['largest', LARGEST] : ['smallest', -LARGEST - 1];
  return `Here ${args.map(toInt32).join(' + ')} is ${sum}, and the ${bound} int is ${limit}: signed overflow.`;
}
