/** The page: takes the program to the runner, and shows what comes back. */

import { Runner } from '../runner/runner.js';
import { EXAMPLES } from './examples.js';
import { showMessage } from './flow.js';
import { clearOutput, showEvent } from './output.js';
import { ask } from './question.js';

/** @type {<T extends HTMLElement>(id: string) => T} */
const byId = id => /** @type {any} */ (document.getElementById(id));

const source = /** @type {HTMLTextAreaElement} */ (byId('source'));
const examples = /** @type {HTMLSelectElement} */ (byId('example'));
const bar = /** @type {HTMLProgressElement} */ (byId('progress'));
const buttons = /** @type {Record<string, HTMLButtonElement>} */ ({ run: byId('run'), stop: byId('stop'), reset: byId('reset') });

const runner = new Runner({
  onProgress: showProgress,
  onInput: ask,
  onMessage: (direction, message, spare) => showMessage(byId('flow'), direction, message, spare),
});

/** Run the program in the editor, and show each event as it happens. */
async function run() {
  if (buttons.run.disabled) return;
  switchButtons(true);
  clearOutput(byId('output'));
  say('Running…');
  try {
    const program = runner.run(source.value);
    for await (const event of program) showEvent(byId('output'), event);
    const { result } = await program;
    const time = `${result.runtime < 10 ? result.runtime.toFixed(1) : Math.round(result.runtime)} ms`;
    if (result.error) say(`Ended by ${result.error.name} after ${time}`, 'bad');
    else say(`Done in ${time}`, 'good');
  } catch (error) {
    say(/** @type {Error} */ (error).message, 'bad');
  } finally {
    switchButtons(false);
  }
}

/** @param {boolean} running */
function switchButtons(running) {
  buttons.run.disabled = buttons.reset.disabled = running;
  buttons.stop.disabled = !running;
  document.body.dataset.state = running ? 'running' : 'ready';
}

/** @type {(text: string, kind?: '' | 'good' | 'bad') => void} */
function say(text, kind = '') {
  byId('status').textContent = text;
  byId('status').className = kind;
}

/** @param {import('../runner/parts.js').Progress} progress */
function showProgress({ stage, loaded, total }) {
  const MB = 1e6;
  bar.value = stage === 'fetch' ? 0.7 * loaded / total : 0.85;
  if (stage === 'packages') say(`Packages are fetched: ${Math.round(100 * loaded / total)} %`);
  if (stage === 'fetch') say(`Python is fetched: ${Math.round(loaded / MB)} of ${Math.round(total / MB)} MB`);
  else if (document.body.dataset.state !== 'running' && !bar.hidden) say('Python starts…');
}

for (const { name } of EXAMPLES) examples.add(new Option(name));
examples.addEventListener('change', () => { source.value = EXAMPLES[examples.selectedIndex].code; });
source.value = EXAMPLES[0].code;

buttons.run.addEventListener('click', run);
buttons.stop.addEventListener('click', () => runner.interrupt());
buttons.reset.addEventListener('click', async () => {
  await runner.reset();
  clearOutput(byId('output'));
  say('All names are forgotten', 'good');
});
source.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
  event.preventDefault();
  void run();
});

say('Python is fetched…');
runner.init().then(({ versions }) => {
  say(`Python ${versions.python} is ready`, 'good');
  switchButtons(false);
}, error => say(error.message, 'bad')).finally(() => { bar.hidden = true; });
