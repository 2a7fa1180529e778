/** Sends what the page says and what goes wrong in it to the server's terminal; the page's own console stays as it was. */

import { callerOf, placeOf, textOf } from './saying.js';

/**
 * @typedef {'log' | 'info' | 'warn' | 'error' | 'exception' | 'request'} Level
 * @typedef {{level: Level, text: string, url: string, line: number, column: number}} Message
 */

/** @type {[keyof Console & ('debug' | 'log' | 'info' | 'warn' | 'error'), Level][]} */
const METHODS = [['debug', 'log'], ['log', 'log'], ['info', 'info'], ['warn', 'warn'], ['error', 'error']];

/** One batch at most; what is said beyond that in the meantime is counted. */
const MOST = 100;
const PAUSE = 80;
const PAUSE_AFTER_FAILURE = 3000;

/** @param {URL} address where messages are posted */
export function forwardConsole(address) {
  const post = window.fetch.bind(window);
  /** @type {Message[]} */
  let waiting = [];
  let lost = 0;
  let timer = 0;

  /** @param {Level} level @param {string} text @param {Partial<Message>} place */
  function say(level, text, place = {}) {
    if (waiting.length < MOST) waiting.push({ level, text, url: '', line: 0, column: 0, ...place });
    else lost++;
    timer ||= window.setTimeout(send, PAUSE);
  }

  /** A batch that the server does not take is gone: nothing is said about that, or it would never end. */
  async function send() {
    if (lost) waiting.push({ level: 'warn', text: `… ${lost} more messages`, url: '', line: 0, column: 0 });
    const body = JSON.stringify(waiting);
    waiting = [];
    lost = 0;
    const headers = { 'Content-Type': 'application/json' };
    const taken = await post(address, { method: 'POST', headers, body, keepalive: body.length < 60_000 })
      .then(response => response.ok, () => false);
    timer = taken ? 0 : window.setTimeout(() => { timer = 0; if (waiting.length) void send(); }, PAUSE_AFTER_FAILURE);
    if (taken && waiting.length) timer = window.setTimeout(send, PAUSE);
  }

  window.addEventListener('pagehide', () => { if (waiting.length) void send(); });
  wrapConsole(say);
  hearExceptions(say);
  hearRequests(say, address);
}

/** @typedef {(level: Level, text: string, place?: Partial<Message>) => void} Say */

/** @param {Say} say */
function wrapConsole(say) {
  for (const [method, level] of METHODS) {
    const original = console[method].bind(console);
    console[method] = (...args) => {
      original(...args);
      say(level, textOf(args), callerOf(new Error(), import.meta.url));
    };
  }
  const assert = console.assert.bind(console);
  console.assert = (condition, ...args) => {
    assert(condition, ...args);
    if (!condition) say('error', `Assertion failed: ${textOf(args)}`, callerOf(new Error(), import.meta.url));
  };
}

/** @param {Say} say */
function hearExceptions(say) {
  window.addEventListener('error', (event) => {
    if (event.message) say('exception', event.message, { url: event.filename, line: event.lineno, column: event.colno });
  });
  window.addEventListener('unhandledrejection', ({ reason }) => {
    say('exception', `Unhandled rejection: ${textOf([reason])}`, reason instanceof Error ? placeOf(reason) : {});
  });
}

/**
 * Every answer of 400 and above, whoever asked; and fetches that no answer came to.
 * @param {Say} say
 * @param {URL} address
 */
function hearRequests(say, address) {
  const own = new URL('.', address).href;
  new PerformanceObserver((list) => {
    for (const entry of /** @type {PerformanceResourceTiming[]} */ (list.getEntries())) {
      if (entry.responseStatus >= 400 && !entry.name.startsWith(own)) say('request', `${entry.responseStatus} ${entry.name}`);
    }
  }).observe({ type: 'resource', buffered: true });

  const original = window.fetch.bind(window);
  window.fetch = async (input, options) => {
    try {
      return await original(input, options);
    } catch (error) {
      const url = input instanceof Request ? input.url : new URL(String(input), document.baseURI).href;
      const stopped = error instanceof DOMException && error.name === 'AbortError';
      if (!stopped && !url.startsWith(own)) say('request', `no answer from ${url}`);
      throw error;
    }
  };
}

// The map says that this file is none of yours, so DevTools link a message to the line that said it.
//# sourceMappingURL=console.js.map
