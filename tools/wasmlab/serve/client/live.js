/** Hears of changes over livereload's connection: a module in place, the status as an overlay, the rest as a reload. */

/**
 * @typedef {object} Problem
 * @property {string} target
 * @property {string} severity
 * @property {string} what
 * @property {string} hint
 * @property {string} file
 * @property {number} line
 * @property {number} column
 * @property {string} text
 * @property {string} source_line
 * @property {string} explanation
 */

/**
 * @typedef {{ok: boolean, kept: boolean, problems: Problem[]}} State
 * @typedef {{build: number, lessons: Record<string, State>}} Status
 */

const STATUS = '_wasmlab/status.json';

/** The lesson that this page belongs to; `docs` and the empty text of the course page are no lessons. */
const section = decodeURIComponent(location.pathname.split('/')[1] ?? '');

/**
 * @param {URL} base where the server keeps its own files
 * @param {(name: string, state: State | undefined) => void} show
 */
export function listen(base, show) {
  const meta = document.querySelector('meta[name="wasmlab-build"]');
  let build = Number(meta?.getAttribute('content') ?? NaN);

  /** Take the status anew; after a lost connection, also whatever was missed meanwhile. */
  async function refresh(missed = false) {
    const status = await readStatus(base);
    if (!status) return;
    const moved = status.build !== build;
    build = status.build;
    if (moved && (missed || section === '')) location.reload();
    else show(section, status.lessons[section]);
  }

  /** @param {string} path @returns {boolean} whether livereload has nothing left to do */
  function take(path) {
    if (path === STATUS) void refresh();
    else if (path.endsWith('.wasm')) {
      if (concerns(path)) offerModule(path); // first: the page fetches it before the status
      void refresh();
    } else return !concerns(path);
    return true;
  }

  document.addEventListener('LiveReloadConnect', () => void refresh(true));
  startLivereload(base, take);
  void refresh(true); // what was saved since this page was answered
}

/** A page that handles the event swaps the module itself; every other page loads anew. @param {string} path */
function offerModule(path) {
  const event = new CustomEvent('wasmlab:module', { cancelable: true, detail: { path } });
  if (window.dispatchEvent(event)) location.reload();
}

/** Another lesson's files are no reason to load this page again. @param {string} path */
function concerns(path) {
  const [first, ...rest] = path.replace(/^\/+/, '').split('/');
  if (!rest.length || first === section) return true;
  return section === 'docs' ? path.endsWith('.md') : section === '' && /\.(toml|md)$/.test(path);
}

/** @param {URL} base @returns {Promise<Status | null>} */
async function readStatus(base) {
  try {
    const response = await fetch(new URL('status.json', base), { cache: 'no-store' });
    return response.ok ? await response.json() : null;
  } catch {
    return null; // the server is away; livereload goes on trying to reach it
  }
}

/**
 * livereload's client reads its options from its own address, and its plugins from `window`.
 * @param {URL} base
 * @param {(path: string) => boolean} take
 */
function startLivereload(base, take) {
  class Plugin {
    static identifier = 'wasmlab';
    static version = '1.0';
    reload(/** @type {string} */ path) {
      return take(path);
    }
  }
  Object.assign(window, { LiveReloadPluginWasmlab: Plugin });
  const script = document.createElement('script');
  const port = location.port || (location.protocol === 'https:' ? '443' : '80');
  script.src = `${new URL('livereload.js', base)}?host=${location.hostname}&port=${port}&mindelay=300&maxdelay=3000`;
  document.head.append(script);
}
