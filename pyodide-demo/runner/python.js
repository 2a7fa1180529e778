/** Inside the worker: loads Python from the parts that the page sent, and makes a session in it. */

/**
 * @typedef {import('./protocol.js').Parts} Parts
 * @typedef {import('./protocol.js').Engine} Engine
 * @typedef {import('./protocol.js').Given} Given
 * @typedef {import('./protocol.js').Listeners} Listeners
 */

const { parse, stringify } = JSON; // those that no program has replaced

/** Nothing is ever asked of this address: the parts are handed over below. */
const NOWHERE = 'https://pyodide.invalid/';
const HARNESS = '/lib/learner_harness.zip';
const PAGE = 1 << 14; // bytes of a page of memory, as they were written down

/**
 * @param {Given & {parts: Parts}} given
 * @param {Listeners} listeners
 * @returns {Promise<Engine>}
 */
export async function load({ parts, lock, shared }, { onStage, onEvent, onFatal, onFetch, ask, pause }) {
  const start = performance.now();
  // Switching stacks would make Python another one in each browser, and no snapshot fits all of them.
  for (const name of ['Suspending', 'promising']) Reflect.deleteProperty(WebAssembly, name);
  /** @type {Record<string, number>} */
  const timings = {};
  /** @type {(stage: string) => void} */
  const reached = (stage) => {
    timings[stage] = Math.round(performance.now() - start);
    onStage(stage);
  };

  // The browser compiles on threads of its own, while this one unpacks the rest. Not by compileStreaming:
  // Firefox, when busy, now and then never comes to the end of a stream that is made here.
  const compiled = parts['pyodide.asm.wasm'].then(part => unpacked(part).arrayBuffer()).then(bytes => WebAssembly.compile(bytes));
  compiled.catch(() => {}); // whoever waits for it is told
  const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all(
    ['pyodide.mjs', 'pyodide.asm.mjs'].map(async name => importPart(await parts[name])));
  reached('code');
  const library = parts['python_stdlib.zip'];
  const pyodide = await withFetch(url => (url.endsWith('.zip') ? library : undefined), () => withModule(compiled, () => loadPyodide({
    indexURL: NOWHERE,
    packageBaseUrl: NOWHERE,
    lockFileContents: lock,
    createPyodideModule,
    _loadSnapshot: parts['snapshot.bin']?.then(memoryOf),
    stdin: () => null,
    stdout: () => {},
    stderr: () => {},
  })));
  pyodide._api.on_fatal = (/** @type {Error} */ error) => onFatal(explained(error));
  reached('python');
  pyodide.FS.writeFile(HARNESS, new Uint8Array(await (await parts['harness.zip']).arrayBuffer()));
  pyodide.runPython(`import sys\nif ${JSON.stringify(HARNESS)} not in sys.path: sys.path.append(${JSON.stringify(HARNESS)})`);
  const bridge = pyodide.pyimport('learner_harness.bridge').Bridge(onEvent, ask, pause);
  if (shared) pyodide.setInterruptBuffer(shared.interrupt);
  reached('session');

  /** @type {Record<string, (...args: any[]) => any>} */
  const packages = {
    install_packages: wheels => install(pyodide, wheels),
    use_index: (addresses, urls) => useIndex(pyodide, addresses, urls, onFetch),
    install_from_index: names => installFromIndex(pyodide, names),
  };
  return {
    run: async (code, options) => {
      if (shared) shared.interrupt[0] = shared.state[0] = 0; // what came too late for the last run
      return answered(await bridge.run(String(code), stringify(options ?? {})));
    },
    call: (method, args) => (Object.hasOwn(packages, method) ? packages[method](...args) : answered(bridge.call(method, stringify(args)))),
    interrupt: () => {
      if (shared) shared.interrupt[0] = 0; // Python is not busy, or we would not be here
      bridge.interrupt();
    },
    interruptible: Boolean(shared),
    modules: pyodide.runPython("' '.join([*sys.stdlib_module_names, 'js', 'pyodide', 'pyodide_js'])").split(' '),
    versions: { pyodide: pyodide.version, python: pyodide.runPython('import sys; sys.version.split()[0]') },
    timings,
  };
}

/**
 * Install wheels, all of them or none: each must be what the page says, to the byte.
 * @param {any} pyodide
 * @param {(import('./packages.js').Pinned & {content: Blob})[]} wheels
 */
async function install(pyodide, wheels) {
  const digest = pyodide.runPython('lambda content: __import__("hashlib").sha256(content.to_bytes()).hexdigest()'); // crypto.subtle is not everywhere
  for (const { name, version, sha256, content } of wheels) {
    if (digest(new Uint8Array(await content.arrayBuffer())) !== sha256) {
      throw refused('PackageBroken', `${name} ${version} is not what packages.lock.json pins: its SHA-256 is another one`);
    }
  }
  const files = new Map(wheels.map(({ file, content }) => [NOWHERE + file, content]));
  /** @type {string[]} */
  const said = [];
  await withFetch(url => files.get(url), () => pyodide.loadPackage([...files.keys()], {
    checkIntegrity: false, messageCallback: () => {}, errorCallback: (/** @type {string} */ text) => said.push(text),
  }));
  if (said.length) throw refused('PackageBroken', `a package cannot be installed: ${said[0]}`);
}

/** What `fetch` was before any address was granted. @type {typeof fetch | null} */
let ungranted = null;

/**
 * Have micropip look into the indexes at `urls`, and the page fetch what begins with one of the `addresses`:
 * this worker has no network.
 * @param {any} pyodide
 * @param {string[]} addresses
 * @param {string[]} urls
 * @param {Listeners['onFetch']} onFetch
 */
function useIndex(pyodide, addresses, urls, onFetch) {
  const real = (ungranted ??= globalThis.fetch);
  globalThis.fetch = async (resource, options) => {
    const url = resource instanceof Request ? resource.url : String(resource);
    if (!addresses.some(address => url.startsWith(address))) return real(resource, options);
    const { status, type, body, why } = await onFetch(url);
    if (!status) throw new TypeError(why);
    return new Response(body, { status, headers: { 'Content-Type': type } });
  };
  pyodide.runPython('lambda urls: __import__("micropip").set_index_urls(urls.to_py())')(urls);
}

/** @type {(pyodide: any, names: string[]) => Promise<string[]>} */
async function installFromIndex(pyodide, names) {
  const said = await pyodide.runPython(INSTALL)(names);
  const { installed, error } = parse(said);
  if (error) throw refused('PackageMissing', error);
  return installed;
}

const INSTALL = `
async def install(names):
    import json, micropip
    from importlib.metadata import distributions
    listed = lambda: {f"{each.name} {each.version}" for each in distributions()}
    before = listed()
    try:
        await micropip.install(names.to_py())
    except Exception as error:
        return json.dumps({"error": str(error)})
    return json.dumps({"installed": sorted(listed() - before)})
install`;

/** @type {(name: string, message: string) => Error} */
const refused = (name, message) => Object.assign(new Error(message), { name, refused: true });

/**
 * Take a call's answer apart; what was refused is an error, after which all is as it was.
 * @param {string} json
 */
function answered(json) {
  const { value, error } = parse(json);
  if (error) throw refused(error.name, error.message);
  return value;
}

/**
 * Say in plain words what ended Python itself, which no `except` can catch.
 * @param {Error} error
 */
function explained({ name, message, stack }) {
  if (/call stack|recursion/i.test(message)) {
    name = 'RecursionError';
    message = 'calls or values are nested deeper than the browser can follow';
  } else if (name === 'Exit' || /exit\(/.test(message)) {
    [name, message] = ['PythonExited', 'the program has ended Python itself'];
  } else {
    [name, message] = ['PythonCrashed', `Python itself broke down: ${message}`];
  }
  return Object.assign(new Error(message), { name, stack });
}

/**
 * @param {Blob} part a module's text
 * @returns {Promise<any>}
 */
async function importPart(part) {
  const url = URL.createObjectURL(await unpacked(part).blob());
  try {
    return await import(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * Put a picture of Python's memory together: how long it is, then each page that is not all zeros behind its number.
 * @param {Blob} part
 */
async function memoryOf(part) {
  const packed = new DataView(await unpacked(part).arrayBuffer());
  const memory = new Uint8Array(packed.getUint32(0, true));
  for (let at = 4; at < packed.byteLength; at += 4 + PAGE) {
    const page = packed.getUint32(at, true) * PAGE;
    memory.set(new Uint8Array(packed.buffer, at + 4, Math.min(PAGE, memory.length - page)), page);
  }
  return memory;
}

/** @param {Blob} part */
function unpacked(part) {
  const stream = part.stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream, { headers: { 'Content-Type': part.type } });
}

/**
 * Have Pyodide take the module that is being compiled, in place of one that it fetches. For each of some
 * hundred JavaScript functions that Wasm calls it compiles a module of a few bytes, of few kinds: once each.
 * @template T
 * @param {Promise<WebAssembly.Module>} compiled
 * @param {() => Promise<T>} load
 * @returns {Promise<T>}
 */
async function withModule(compiled, load) {
  const { instantiateStreaming, Module } = WebAssembly;
  /** @type {Map<string, WebAssembly.Module>} */
  const known = new Map();
  WebAssembly.Module = new Proxy(Module, {
    construct: (_, [bytes]) => known.get(String(bytes)) ?? keep(known, String(bytes), new Module(bytes)),
  });
  WebAssembly.instantiateStreaming = async (_, imports) => {
    const module = await compiled;
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  };
  try {
    return await load();
  } finally {
    Object.assign(WebAssembly, { instantiateStreaming, Module });
  }
}

/** @type {<K, V>(map: Map<K, V>, key: K, value: V) => V} */
function keep(map, key, value) {
  map.set(key, value);
  return value;
}

/**
 * Let `fetch` answer with what the page has sent while Pyodide loads: there is no network here.
 * @template T
 * @param {(url: string) => Promise<Blob> | Blob | undefined} answer
 * @param {() => Promise<T>} load
 * @returns {Promise<T>}
 */
async function withFetch(answer, load) {
  const real = globalThis.fetch;
  globalThis.fetch = async (url) => {
    const found = await answer(String(url));
    return new Response(found ?? null, { status: found ? 200 : 404 });
  };
  try {
    return await load();
  } finally {
    globalThis.fetch = real;
  }
}
