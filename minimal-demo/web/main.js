/** Touches the page: reads the fields, runs the round trip, shows what happened. */

import { diagnose } from './diagnose.js';
import { drawTrip } from './drawing.js';
import { TROUBLES } from './explain.js';
import { factsOf } from './facts.js';
import { setUpInspector } from './inspector.js';
import { onRebuild } from './live.js';
import { readArgument } from './numbers.js';
import { byId, showFacts, showFile, showNotes, showTrouble } from './page.js';
import { fileOf, memoryHash, recordOf } from './record.js';
import { Recorder } from './recorder.js';
import { signaturesOf } from './signatures.js';
import { showSource } from './source.js';
import { explainTrap, locateTrap } from './trap.js';
import { imports, instantiate, instantiateAgain, instantiateBytes } from './wasm.js';

const MODULE = 'dist/add_and_log.wasm';
const SOURCE = 'c/add_and_log.c';
const FUNCTION = 'add_and_log';

const recorder = new Recorder();
const showInspector = setUpInspector('dist/add_and_log.inspect.html');
/** @type {import('./wasm.js').Program | null} */
let program = null;
/** The one whose last call did not return. @type {import('./wasm.js').Program | null} */
let stopped = null;
let hasRun = false;
let offers = 0;

/** Load the module; what prevents that is explained on the page. */
async function load() {
  /** @type {import('./explain.js').Trouble | null} */
  let trouble = null;
  try {
    program = await instantiate(MODULE, recorder);
  } catch (error) {
    const finding = await diagnose(MODULE, error, imports);
    program = finding.bytes ? await instantiateBytes(finding.bytes, recorder) : null;
    trouble = finding.trouble;
  }
  if (program && !(FUNCTION in program.exports)) {
    trouble = TROUBLES.exportMissing({ name: FUNCTION, have: Object.keys(program.raw).join(', ') || 'nothing' });
  }
  showTrouble(trouble);
  showFacts(program ? factsOf(program) : []);
  const broken = trouble && !trouble.mild;
  document.body.dataset.module = broken ? 'broken' : 'ready';
  if (broken) delete document.body.dataset.run; // what is shown as a result is an old one
}

/** Replace an instance that a trap stopped: C's stack pointer and memory stay as they were then. */
async function renew() {
  const old = program;
  if (!old || old !== stopped) return;
  const fresh = await instantiateAgain(old, recorder);
  if (program === old) program = fresh; // or else a rebuilt module came in meanwhile
}

/** Make one round trip with the numbers in the fields. */
function run() {
  const from = program;
  const call = from?.exports[FUNCTION];
  if (!from || !call) return;
  const given = ['a', 'b'].map((name) => {
    const field = /** @type {HTMLInputElement} */ (byId(name));
    return readArgument(name, field.value, field.validity.badInput);
  });
  const args = given.map(argument => argument.value);
  showNotes(given.map(argument => argument.note));
  from.calls++;
  recorder.clear();
  /** @type {unknown} */
  let thrown;
  try {
    byId('result').textContent = `Result: ${call(...args)}`;
    if (document.body.dataset.run === 'trap') showTrouble(null);
    document.body.dataset.run = 'good';
  } catch (error) {
    thrown = error;
    stopped = from;
    byId('result').textContent = 'No result';
    const general = explainTrap(error, args);
    showTrouble(general);
    document.body.dataset.run = 'trap';
    void nameLine(error, general, from);
  }
  hasRun = true;
  const trip = recordOf(recorder, signaturesOf(from.bytes), thrown);
  drawTrip(byId('trip'), trip);
  byId('trip-empty').hidden = true;
  void offer(trip, from);
  document.body.dataset.runs = String(Number(document.body.dataset.runs ?? 0) + 1);
}

/**
 * Offer the record of a call as a file.
 * @param {import('./record.js').RoundTrip} trip
 * @param {import('./wasm.js').Program} from
 */
async function offer(trip, from) {
  const runs = ++offers;
  // What a later call finds in the memory, no fresh instance would.
  if (from.calls === 1) trip.memory_hash = await memoryHash(from.raw);
  const file = await fileOf(trip, folderName() || MODULE, from.bytes);
  if (runs === offers) showFile(file);
}

/** The lesson's name, where its folder is served below another one. */
function folderName() {
  return decodeURIComponent(new URL('.', document.baseURI).pathname.split('/').at(-2) ?? '');
}

/**
 * Name the C line of a trap, on the page unless there was another run meanwhile, and in the console.
 * @param {unknown} error
 * @param {import('./explain.js').Trouble} general what is said where no table names the line
 * @param {import('./wasm.js').Program} from
 */
async function nameLine(error, general, from) {
  const runs = document.body.dataset.runs;
  const located = await locateTrap(error, MODULE, from);
  const { title, text } = located ?? general;
  console.error(`WASM stopped: ${title}. ${text}`);
  const isLast = Number(document.body.dataset.runs) <= Number(runs ?? 0) + 1;
  if (located && isLast && document.body.dataset.run === 'trap') showTrouble(located);
}

async function loadSource() {
  const response = await fetch(SOURCE, { cache: 'no-store' });
  showSource(byId('source'), response.ok ? await response.text() : `${SOURCE} is not there`);
}

byId('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  byId('trip').classList.add('moving');
  byId('live').textContent = '';
  if (document.body.dataset.module !== 'ready') await first;
  if (document.body.dataset.module !== 'ready') await load(); // it may have been built since
  await renew();
  run();
});

onRebuild(MODULE, async () => {
  await first; // which would take the place of the new one, should it end later
  byId('trip').classList.remove('moving');
  const [loaded, shown] = [load(), loadSource()];
  await loaded;
  if (hasRun) run(); // the result waits for nothing else
  showInspector();
  await shown;
  const time = new Date().toLocaleTimeString();
  byId('live').textContent = program ? `New module at ${time}${hasRun ? ', and Run again' : ''}` : '';
  document.body.dataset.rebuilds = String(Number(document.body.dataset.rebuilds ?? 0) + 1);
});

const first = load();
void loadSource();
