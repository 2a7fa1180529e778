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
    todo: 'Try other numbers. The module itself is unharmed: press Run again.',
    detail,
  };
}

/** @param {number[]} args */
function overflow(args) {
  const sum = args.reduce((total, value) => total + toInt32(value), 0);
  if (sum === toInt32(sum)) return '';
  const [bound, limit] = sum > 0 ? ['largest', LARGEST] : ['smallest', -LARGEST - 1];
  return `Here ${args.map(toInt32).join(' + ')} is ${sum}, and the ${bound} int is ${limit}: signed overflow.`;
}
