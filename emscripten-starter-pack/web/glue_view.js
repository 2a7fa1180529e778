/** "What is in this glue?": the generated JavaScript, and the parts of it that matter. */

import { make, one } from './dom.js';
import { address } from './glue.js';

const TARGET = 'syscalls';
const AROUND = 9; // lines of an excerpt
const WIDEST = 400; // characters; a release build is one long line

/** What to look for, in older and newer glue. @type {[RegExp, string, string][]} */
const PARTS = [
  [/ENVIRONMENT_IS_WEB\s*=|ENVIRONMENT_IS_WORKER\s*=/, 'Where am I?', 'The same file may run in a page, in a worker or in Node. `-sENVIRONMENT=web,worker` leaves the rest out.'],
  [/instantiateStreaming/, 'Fetch and instantiate', 'What lesson 1 writes by hand: fetch the module, compile it while it arrives, hand it the imports.'],
  [/asmLibraryArg\s*=|wasmImports\s*=/, 'The import object', 'All that the module asks of its host, collected for you. In lesson 1 it is one function.'],
  [/(?:HEAP8|HEAPU8)\s*=\s*(?:Module\[["']HEAPU?8["']\]\s*=\s*)?new U?[iI]nt8Array/, 'Views of linear memory', 'Typed arrays over one buffer: they are made anew whenever memory grows.'],
  [/function _?fd_write|_?fd_write\s*=\s*\(/, 'A system call', 'write in C ends here: the bytes are taken from linear memory and printed line by line.'],
  [/function UTF8ArrayToString|UTF8ArrayToString\s*=/, 'Strings', 'Bytes of linear memory become a string of JavaScript.'],
  [/function callMain|callMain\s*=/, 'main', 'Puts argv into linear memory, calls main, and takes what it returns for the exit code.'],
  [/function abort\s*\(|abort\s*=\s*\(/, 'The end of all hope', 'Every failed check comes through here; what it throws begins with “Aborted”.'],
];

/** Fill the section with the parts that the glue at hand has. */
export async function showGlue() {
  const place = one(document, '#glue-parts');
  const response = await fetch(address(`${TARGET}.mjs`), { cache: 'no-store' }).catch(() => null);
  if (!response?.ok) {
    place.replaceChildren(make('p', '', `dist/${TARGET}.mjs is not built yet.`));
    return;
  }
  const text = await response.text();
  const lines = text.split('\n');
  one(document, '#glue-size').textContent = `${text.length.toLocaleString('en')} characters in ${lines.length.toLocaleString('en')} lines`;
  place.replaceChildren(...PARTS.flatMap(([pattern, title, why]) => part(text, lines, pattern, title, why)));
}

/**
 * @param {string} text
 * @param {string[]} lines
 * @param {RegExp} pattern
 * @param {string} title
 * @param {string} why
 */
function part(text, lines, pattern, title, why) {
  const found = pattern.exec(text);
  if (!found) return [];
  const number = text.slice(0, found.index).split('\n').length;
  const shown = lines.slice(number - 1, number - 1 + AROUND).join('\n');
  const column = found.index - text.lastIndexOf('\n', found.index) - 1;
  const excerpt = shown.length > WIDEST * AROUND ? lines[number - 1].slice(column, column + WIDEST) : shown;
  const code = make('pre', 'source', make('mark', '', excerpt.split('\n')[0]), `\n${excerpt.split('\n').slice(1).join('\n')}`);
  code.tabIndex = 0;
  code.role = 'region';
  code.ariaLabel = `${title}: part of the glue`;
  const box = make('details', 'glue-part', make('summary', '', `${title} (line ${number})`), make('p', '', why.replaceAll('`', '')), code);
  return [box];
}
