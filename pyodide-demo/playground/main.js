/** The playground: takes programs from the editor and the console to the runner, and shows what comes back. */

import { ask as askInPage } from '../web/question.js';
import { byId, duration, makeTabs } from './dom.js';
import { makeEditor } from './editor.js';
import { fromFragment } from './exchange.js';
import { Files } from './files.js';
import { History } from './history.js';
import { inlineResults } from './inline.js';
import { HAVE_FILES, KNOWN } from './languages.js';
import { Output } from './output.js';
import { hidePreview, showPreview } from './preview.js';
import { isWhole, makeConsole } from './repl.js';
import { Sessions } from './sessions.js';
import { connectSharing, copy } from './sharing.js';
import { Steps } from './steps.js';
import { note } from './store.js';
import { Variables } from './variables.js';

/**
 * @typedef {import('../runner/protocol.js').RunEvent} RunEvent
 * @typedef {import('../runner/protocol.js').RunOptions} RunOptions
 */

const picker = /** @type {HTMLSelectElement} */ (byId('language'));
const buttons = /** @type {Record<string, HTMLButtonElement>} */ (
  Object.fromEntries(['run', 'stop', 'step', 'reset', 'clear', 'copy'].map(name => [name, byId(name)])));
const limit = /** @type {HTMLSelectElement} */ (byId('limit'));
const output = new Output(byId('output'));
/** What was answered in this run. @type {string[]} */
let inputs = [];
/** What the last run of all of the editor told. @type {RunEvent[]} */
let lastEvents = [];
let count = 0; // of the editor's runs, in the output
let runs = 0;
let running = false;
let control = new AbortController(); // stops the run, from the moment in which it was asked for
let installing = ''; // what the program's packages wait for
let language = 'python';

/** @type {Files} */
const files = new Files(() => (HAVE_FILES.includes(language) && !running ? sessions.get(language) : null), () => sessions.filesChanged(language));
/** @type {Sessions} */
const sessions = new Sessions({ onProgress: showProgress, onInput: ask }, runner => files.restore(runner));
const variables = new Variables(() => sessions.get(language));
const steps = new Steps(line => editor.showStep(line));
const history = new History(past => void open(past.code, past.language));
const showTab = makeTabs(/** @type {HTMLElement} */ (document.querySelector('[role=tablist]')), (name) => {
  if (name !== 'steps') editor?.showStep(0);
  if (name === 'variables') void variables.refresh();
  if (name === 'files') void files.draw();
  if (name === 'history') void history.draw();
});

/** @type {(text: string, kind?: '' | 'good' | 'bad') => void} */
function say(text, kind = '') {
  byId('status').textContent = text;
  byId('status').className = kind;
}

/** @param {import('../runner/parts.js').Progress} progress */
function showProgress({ stage, loaded, total }) {
  const bar = /** @type {HTMLProgressElement} */ (byId('progress'));
  bar.value = stage === 'fetch' ? 0.7 * loaded / total : 0.85;
  if (stage === 'packages') say(installing = loaded < total ? `Packages are fetched: ${Math.round(100 * loaded / total)} %` : 'Packages are installed…');
  if (!running && !bar.hidden && stage === 'fetch') say(`${KNOWN[language].title} is fetched: ${Math.round(loaded / 1e6)} of ${Math.round(total / 1e6)} MB`);
}

/** @type {(prompt: string, password: boolean) => Promise<string | null>} */
async function ask(prompt, password) {
  showTab('output');
  const answer = await askInPage(prompt, password);
  if (answer !== null) inputs.push(password ? '•••' : answer);
  return answer;
}

/** @param {boolean} now */
function setRunning(now) {
  running = now;
  const isPage = language === 'html';
  buttons.run.disabled = now;
  buttons.step.disabled = now || language !== 'python';
  buttons.reset.disabled = now || isPage;
  buttons.stop.disabled = !now && !(isPage && !byId('preview').hidden);
  picker.disabled = now;
  document.body.dataset.state = now ? 'running' : 'ready';
}

/**
 * Run a program, and show each event as it happens.
 * @param {string} code
 * @param {RunOptions} options
 * @param {{title?: string, inEditor?: boolean}} how
 */
async function run(code, options, { title = '', inEditor = true } = {}) {
  if (running) return;
  runs++;
  setRunning(true);
  control = new AbortController();
  inputs = [];
  const at = Date.now();
  const clock = performance.now();
  if (inEditor) {
    editor.clean();
    steps.forget();
    output.begin(title || `Run ${++count}`);
  } else output.entered(code);
  const ticking = setInterval(() => say(installing || `Running for ${duration(performance.now() - clock)}`), 200);
  say('Running…');
  try {
    const runner = await sessions.ready(language);
    const going = runner.run(code, { ...options, timeoutMs: Number(limit.value) * 1000, signal: control.signal });
    const inline = inEditor ? inlineResults(editor) : () => {};
    for await (const event of going) {
      installing = '';
      output.show(event);
      inline(event);
      if (event.type === 'status' && event.state === 'restarted') sessions.isNew(runner);
    }
    const { result, events } = await going;
    clearInterval(ticking);
    if (inEditor) lastEvents = events;
    if (options.trace) {
      steps.take(result.callstack, result.output, code);
      showTab('steps');
    }
    const status = result.error ? result.error.name : 'done';
    say(result.error ? `Ended by ${result.error.name} after ${duration(result.runtime)}` : `Done in ${duration(result.runtime)}`, result.error ? 'bad' : 'good');
    setRunning(false);
    const shown = events.filter(({ type }) => type === 'execute_result' || type === 'error');
    const text = result.output + shown.map(({ data, traceback }) => data?.['text/plain'] ?? traceback?.join('\n') ?? '').join('\n');
    await history.add({ at, language, code, inputs, output: text, runtime: result.runtime, status });
    await afterwards(runner);
  } catch (error) {
    say(/** @type {Error} */ (error).message, 'bad');
  } finally {
    installing = '';
    clearInterval(ticking);
    setRunning(false);
  }
}

/** What may wait until the result is seen. @param {import('../runner/runner.js').Runner} runner */
async function afterwards(runner) {
  if (runner.busy) return;
  await sessions.keepDatabase(runner);
  if (HAVE_FILES.includes(runner.name)) await files.collect();
  if (!byId('panel-variables').hidden) await variables.refresh();
  if (!byId('panel-files').hidden) await files.draw();
}

/** Run what is in the editor, or some of its lines. @type {(lines: [number, number] | null, trace?: boolean) => Promise<void>} */
async function runEditor(lines, trace = false) {
  if (language === 'html') {
    await runPage();
    return;
  }
  const each = /** @type {HTMLInputElement} */ (byId('each')).checked;
  await run(editor.text, {
    results: each || language === 'sql' ? 'each' : 'last', ...(lines ? { lines } : {}), ...(trace ? { trace } : {}),
  }, { title: lines ? `Lines ${lines[0]} to ${lines[1]}` : '' });
}

async function runPage() {
  output.begin(`Page ${++count}`);
  await showPreview(editor.text, name => files.text(name), event => output.show(event));
  say('The page is shown', 'good');
  setRunning(false);
  await history.add({ at: Date.now(), language, code: editor.text, inputs: [], output: '', runtime: 0, status: 'shown' });
}

/** @param {string} code @param {string} name */
async function open(code, name) {
  if (running) return;
  await choose(name);
  editor.text = code;
  editor.focus();
}

/** Go over to a language: its program, its runner. @param {string} name */
async function choose(name) {
  save();
  language = name;
  picker.value = name;
  note('language', name);
  editor.setLanguage(name);
  editor.text = note(`code ${name}`) ?? KNOWN[name].first;
  editor.clean();
  steps.forget();
  hidePreview();
  setRunning(false);
  byId('console').hidden = name === 'html';
  await start();
}

/** Load the language, so that the first run begins at once. */
async function start() {
  const bar = byId('progress');
  if (language === 'html') {
    say('Run shows the page');
    return;
  }
  const chosen = language;
  const before = runs;
  bar.hidden = sessions.get(chosen) !== null;
  if (!bar.hidden) say(`${KNOWN[chosen].title} is fetched…`);
  try {
    const runner = await sessions.ready(chosen);
    const { versions } = await runner.init();
    if (language === chosen && runs === before) say(`${KNOWN[chosen].title} ${versions.python ?? versions.sqlite ?? ''} is ready`.replace('  ', ' '), 'good');
    if (!byId('panel-variables').hidden) await variables.refresh();
  } catch (error) {
    if (language === chosen) say(/** @type {Error} */ (error).message, 'bad');
  } finally {
    bar.hidden = true;
  }
}

/** Keep the program as it is, a moment after the last key. */
function save() {
  clearTimeout(saving);
  if (editor) note(`code ${language}`, editor.text);
}
let saving = 0;

/** @type {(before: string) => Promise<any>} */
async function complete(before) {
  const runner = sessions.get(language);
  return runner && !running && !runner.busy ? runner.call('complete', before).catch(() => null) : null;
}

function stop() {
  if (language === 'html') {
    hidePreview();
    setRunning(false);
  } else control.abort();
}

async function reset() {
  const runner = sessions.get(language);
  if (!runner) return;
  await sessions.reset(runner);
  editor.clean();
  steps.forget();
  say(language === 'sql' ? 'The database is empty' : 'All names are forgotten', 'good');
  await variables.refresh();
}

function connect() {
  buttons.run.addEventListener('click', () => void runEditor(null));
  buttons.step.addEventListener('click', () => void runEditor(null, true));
  buttons.stop.addEventListener('click', stop);
  buttons.reset.addEventListener('click', () => void reset());
  limit.value = note('limit') ?? '10';
  limit.addEventListener('change', () => note('limit', limit.value));
  buttons.clear.addEventListener('click', () => { output.clear(); editor.clean(); });
  buttons.copy.addEventListener('click', () => void copy(output.text || editor.text, output.text ? 'The output' : 'The program', say));
  picker.addEventListener('change', () => void choose(picker.value));
  connectSharing({ text: () => editor.text, language: () => language, events: () => lastEvents, open, say });
  makeConsole({
    onEnter: code => run(code, { results: 'last' }, { inEditor: false }),
    isComplete: code => isWhole(code, language),
    complete,
    onLeave: () => buttons.run.focus(),
  });
  addEventListener('pagehide', save);
}

/** @type {import('./editor.js').Editor} */
let editor;

async function main() {
  const shared = await fromFragment(location.hash);
  const kept = note('language');
  language = shared?.language ?? (kept && KNOWN[kept] ? kept : 'python');
  picker.value = language;
  try {
    editor = await makeEditor(byId('editor'), {
      text: shared?.code ?? note(`code ${language}`) ?? KNOWN[language].first,
      language,
      onRun: lines => void runEditor(lines),
      onLeave: () => (buttons.run.disabled ? buttons.stop : buttons.run).focus(),
      onChange: () => { clearTimeout(saving); saving = setTimeout(save, 400); steps.forget(); },
      complete,
    });
  } catch {
    say('The editor is missing: build the lesson (wasmlab build), and open the page through a server', 'bad');
    return;
  }
  connect();
  setRunning(false);
  byId('console').hidden = language === 'html';
  await files.preload();
  await start();
}

void main();
