/** What a program threw, told as every error is: name, message, the learner's own lines. */

/** @typedef {{line: number, column: number, name: string}} Frame */

const PLACE = /run-(\d+)\.js:(\d+):(\d+)/;
const MOST = 20;

/**
 * Return the frames of the learner's own code, the innermost first.
 * @param {unknown} error
 * @param {number} head columns of the first line that are not the learner's
 * @returns {(Frame & {run: number})[]}
 */
export function framesOf(error, head) {
  const stack = error instanceof Error ? String(error.stack ?? '') : '';
  const frames = [];
  for (const text of stack.split('\n')) {
    const place = PLACE.exec(text);
    if (!place) continue;
    const [run, line, column] = place.slice(1).map(Number);
    const name = /^\s*at (?:async )?([^\s(]+) \(|^([^@\s]+)@/.exec(text);
    const called = (name?.[1] ?? name?.[2] ?? '').replace(/^.*[/<.]/, '');
    frames.push({ run, line, column: line === 1 ? Math.max(1, column - head) : column, name: called === 'eval' ? '' : called });
  }
  return frames.slice(0, MOST);
}

/**
 * @param {unknown} thrown
 * @param {Map<number, string>} sources the text of each run
 * @param {number} head
 * @param {(value: unknown) => string} inspect
 * @returns {{type: 'error', ename: string, evalue: string, traceback: string[], line?: number, column?: number}}
 */
export function eventOf(thrown, sources, head, inspect) {
  const isError = thrown instanceof Error;
  const ename = isError ? textOf(() => thrown.name, 'Error') : 'Uncaught';
  const evalue = plainer(isError ? textOf(() => thrown.message, '') : inspect(thrown));
  const given = /** @type {any} */ (thrown);
  const frames = typeof given?.line === 'number' && isError && given.run
    ? [{ run: given.run, line: given.line, column: given.column, name: '' }] : framesOf(thrown, head);
  const [first] = frames;
  const traceback = frames.flatMap(({ run, line, column, name }, at) => {
    const text = sources.get(run)?.split('\n')[line - 1];
    const where = `  line ${line}${name ? `, in ${name}` : ''}`;
    if (text === undefined) return [where];
    const shift = text.length - text.trimStart().length;
    return [where, `    ${text.trim()}`, ...(at === 0 ? [`    ${' '.repeat(Math.max(0, column - 1 - shift))}^`] : [])];
  });
  return {
    type: 'error', ename, evalue, traceback: [...traceback, `${ename}${evalue ? `: ${evalue}` : ''}`],
    ...(first ? { line: first.line, column: first.column - 1 } : {}), // columns count from 0, as Python's do
  };
}

/** @type {(read: () => unknown, otherwise: string) => string} */
function textOf(read, otherwise) {
  try {
    return String(read() ?? otherwise);
  } catch {
    return otherwise;
  }
}

/** A constant is a property here, and the browsers say so. @type {(message: string) => string} */
function plainer(message) {
  const name = /^Cannot assign to read only property '(.+)' of object '.*GlobalScope.*'$|^"(.+)" is read-only$/.exec(message);
  return name ? `Assignment to constant variable ${name[1] ?? name[2]}` : message;
}
