/** Asks the Python side for what a host function does; the worker stands still until the answer is there. */

import { range } from './hosts.js';
import { fromBase64, toBase64 } from './values.js';

/** @typedef {import('./messages.js').Bits} Bits */

/** A host function in Python ended with an exception; that is told there. */
class HostFailed extends Error {
  name = 'HostFailed';
}

/**
 * @param {number} id
 * @param {number} place
 * @param {Bits[]} values
 * @returns {Bits[]}
 */
export function consult(id, place, values) {
  let reply = send({ id, place, values });
  for (;;) {
    switch (reply.do) {
      case 'answer': return reply.values;
      case 'read': {
        const bytes = range(reply.start, reply.length);
        reply = send({ id, bytes: bytes ? toBase64(bytes) : null, size: size() });
        break;
      }
      case 'write': {
        const data = fromBase64(reply.bytes);
        const bytes = range(reply.start, data.length);
        bytes?.set(data);
        reply = send({ id, bytes: bytes ? '' : null, size: size() });
        break;
      }
      default: throw new HostFailed('a host function failed');
    }
  }
}

/**
 * Sent from here and waited for: to let the page ask, and wait in shared memory, is no faster.
 * @param {object} message
 * @returns {any}
 */
function send(message) {
  const request = new XMLHttpRequest();
  request.open('POST', 'host', false);
  request.send(JSON.stringify(message));
  return JSON.parse(request.responseText);
}

function size() {
  return range(0, 0)?.buffer.byteLength ?? -1;
}
