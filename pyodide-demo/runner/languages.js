/** The languages that a runner knows: what runs each of them in the worker, and the files which that needs. */

import { RunnerError } from './errors.js';
import { fetchFiles, fetchParts } from './parts.js';

/**
 * @typedef {import('./parts.js').Coming} Coming
 * @typedef {import('./parts.js').Progress} Progress
 */

/**
 * @typedef {object} Language
 * @property {string} title as a person writes it
 * @property {string} engine the module that runs it inside the worker
 * @property {string} base where its parts are, seen from here
 * @property {(base: string, onProgress: (progress: Progress) => void) => Promise<{parts: Coming, lock: any}>} fetch
 */

const SCRIPT = ['completing', 'console', 'errors', 'files', 'inspect', 'rewrite'].map(name => `javascript/${name}.js`);

/** @type {(own: string[], vendored: string[]) => Language['fetch']} */
const files = (own, vendored) => async (base, onProgress) => {
  const urls = [...own.map(name => new URL(name, import.meta.url).href), ...vendored.map(name => base + name)];
  return { parts: fetchFiles(urls, onProgress), lock: null };
};

/** @type {Language} */
const SCRIPTED = {
  title: 'JavaScript', engine: 'javascript/engine.js', base: '../dist/languages/', fetch: files(SCRIPT, ['script.js']),
};

/** @type {Record<string, Language>} */
export const LANGUAGES = {
  python: { title: 'Python', engine: 'python.js', base: '../dist/python/', fetch: fetchParts },
  javascript: SCRIPTED,
  typescript: { ...SCRIPTED, title: 'TypeScript' },
  sql: { title: 'SQL', engine: 'sql.js', base: '../dist/languages/', fetch: files([], ['sqlite3.js', 'sqlite3.wasm']) },
};

/**
 * @param {string} name
 * @returns {Language}
 * @throws {RunnerError} LanguageUnknown: it names those that there are
 */
export function languageOf(name) {
  if (Object.hasOwn(LANGUAGES, name)) return LANGUAGES[name];
  const known = Object.keys(LANGUAGES).join(', ');
  throw new RunnerError('LanguageUnknown', `there is no language ${JSON.stringify(name)}; known are ${known}`);
}

const PYTHON = ['python'];
const WITH_NAMES = ['python', 'javascript', 'typescript'];
const FILES = { what: 'files', who: WITH_NAMES };
const DATABASE = { what: 'database to keep', who: ['sql'] };

/** What not every language can: as a person calls it, and which can. @type {Record<string, {what: string, who: string[]}>} */
const ONLY = {
  trace: { what: 'steps', who: PYTHON },
  watch: { what: 'watched names', who: PYTHON },
  write_file: FILES, read_file: FILES, write_bytes: FILES, read_bytes: FILES, remove_file: FILES, list_files: FILES,
  set_variable: { what: 'names to set', who: WITH_NAMES },
  get_variable: { what: 'names to read', who: WITH_NAMES },
  export_database: DATABASE, import_database: DATABASE,
};

/**
 * @param {string} language
 * @param {string} asked an option of a run, or a method
 * @throws {RunnerError} NotSupported: it names the languages that can
 */
export function demand(language, asked) {
  const only = Object.hasOwn(ONLY, asked) ? ONLY[asked] : null;
  if (!only || only.who.includes(language)) return;
  const those = only.who.map(name => LANGUAGES[name].title).join(', ');
  throw new RunnerError('NotSupported', `${LANGUAGES[language].title} has no ${only.what} here; only: ${those}`);
}
