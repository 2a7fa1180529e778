/** Inside the worker: runs SQL in SQLite, statement by statement, each result a table. */

/**
 * @typedef {import('./protocol.js').Engine} Engine
 * @typedef {import('./protocol.js').Given} Given
 * @typedef {import('./protocol.js').Listeners} Listeners
 * @typedef {import('./protocol.js').RunOptions} RunOptions
 * @typedef {import('./protocol.js').ExecutionResult} ExecutionResult
 */

const ROWS = 1000; // of one result that are shown
const CELL = 2000; // characters of one value that are shown
const BLANK = /(?:\s|;|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)*/y;

/**
 * @param {Given & {parts: import('./protocol.js').Parts}} given
 * @param {Listeners} listeners
 * @returns {Promise<Engine>}
 */
export async function load({ parts }, { onStage, onEvent }) {
  const start = performance.now();
  const [code, wasmFile] = await Promise.all([parts['sqlite3.js'], parts['sqlite3.wasm']]);
  const [{ default: open }, wasmBinary] = await Promise.all([import(URL.createObjectURL(code)), wasmFile.arrayBuffer()]);
  onStage('code');
  const silent = () => {};
  const sqlite = await open({ wasmBinary, locateFile: (/** @type {string} */ name) => name, print: silent, printErr: silent });
  const { capi, wasm } = sqlite;
  let db = new sqlite.oo1.DB(':memory:');
  let count = 0;
  onStage('session');

  /** @type {(event: Record<string, any>) => void} */
  const emit = event => onEvent(JSON.stringify(event));

  /** Run one statement; return where the next begins. @type {(bytes: Uint8Array, from: number, shows: boolean) => number} */
  function step(bytes, from, shows) {
    const scope = wasm.scopedAllocPush();
    let statement = 0;
    try {
      const text = wasm.scopedAlloc(bytes.length - from + 1);
      wasm.heap8u().set(bytes.subarray(from), text);
      wasm.poke8(text + bytes.length - from, 0);
      const [out, tail] = [wasm.scopedAllocPtr(), wasm.scopedAllocPtr()];
      demand(capi.sqlite3_prepare_v3(db.pointer, text, bytes.length - from, 0, out, tail), from);
      statement = wasm.peekPtr(out);
      if (statement) take(statement, from, shows);
      return from + Number(wasm.peekPtr(tail)) - text;
    } finally {
      if (statement) capi.sqlite3_finalize(statement);
      wasm.scopedAllocPop(scope);
    }
  }

  /** @type {(statement: number, from: number, shows: boolean) => void} */
  function take(statement, from, shows) {
    const columns = capi.sqlite3_column_count(statement);
    const fields = Array.from({ length: columns }, (_, at) => capi.sqlite3_column_name(statement, at));
    const rows = [];
    let total = 0;
    let code = capi.sqlite3_step(statement);
    for (; code === capi.SQLITE_ROW; code = capi.sqlite3_step(statement)) {
      if (total++ < ROWS) rows.push(fields.map((_, at) => plain(capi.sqlite3_column_js(statement, at))));
    }
    if (code !== capi.SQLITE_DONE) demand(code, from);
    if (!shows) return;
    if (columns) emit({ type: 'execute_result', data: dataOf(fields, rows, total), metadata: {}, execution_count: count });
  }

  /** @type {(code: number, from: number) => void} */
  function demand(code, from) {
    if (code === capi.SQLITE_OK) return;
    const message = capi.sqlite3_errmsg(db.pointer);
    const offset = capi.sqlite3_error_offset(db.pointer);
    throw Object.assign(new Error(message), { name: capi.sqlite3_js_rc_str(code) ?? 'SQLITE_ERROR', at: from + Math.max(0, offset) });
  }

  /** @type {(code: string, options: RunOptions) => Promise<ExecutionResult>} */
  async function run(code, options) {
    const began = { at: Date.now(), clock: performance.now() };
    const [first, last] = options.lines ?? [1, Infinity];
    // What is not asked for becomes blank lines, so that an error is still in its own line.
    const asked = code.split('\n').map((line, at) => (at + 1 >= first && at < last ? line : ''));
    const bytes = new TextEncoder().encode(asked.join('\n'));
    const { results = 'each' } = options;
    let output = '';
    let problem;
    count++;
    emit({ type: 'status', state: 'busy' });
    const changes = capi.sqlite3_total_changes(db.pointer);
    let from = 0;
    try {
      while ((from = skip(bytes, from)) < bytes.length) {
        const lineStart = placeOf(bytes, from).line;
        const next = step(bytes, from, results !== 'none');
        const lineEnd = placeOf(bytes, Math.max(from, next - 1)).line;
        if (next <= from) break;
        emit({ type: 'statement', index: 0, lineStart, lineEnd, isExpr: true });
        from = next;
      }
    } catch (error) {
      problem = told(/** @type {any} */ (error), bytes, from);
      emit(problem);
    }
    const changed = capi.sqlite3_total_changes(db.pointer) - changes;
    if (changed) {
      output = `${changed} row${changed === 1 ? '' : 's'} changed\n`;
      emit({ type: 'stream', name: 'stdout', text: output });
    }
    emit({ type: 'status', state: 'idle' });
    const error = problem && { name: problem.ename, message: problem.evalue, stack: problem.traceback.join('\n') };
    return { output, callstack: [], runtime: performance.now() - began.clock, startTimestamp: began.at, ...(error ? { error } : {}) };
  }

  /** @type {Record<string, (...args: any[]) => any>} */
  const methods = {
    reset: () => {
      db.close();
      db = new sqlite.oo1.DB(':memory:');
    },
    export_database: () => capi.sqlite3_js_db_export(db.pointer),
    import_database: (/** @type {Uint8Array} */ content) => {
      const pointer = wasm.allocFromTypedArray(content);
      const flags = capi.SQLITE_DESERIALIZE_FREEONCLOSE | capi.SQLITE_DESERIALIZE_RESIZEABLE;
      db.checkRc(capi.sqlite3_deserialize(db.pointer, 'main', pointer, content.length, content.length, flags));
    },
    variables: () => {
      const names = db.selectValues("select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite_%' order by name");
      return Object.fromEntries(names.map((/** @type {string} */ name) => {
        const rows = db.selectValue(`select count(*) from "${name.replaceAll('"', '""')}"`);
        const columns = db.selectValues('select name from pragma_table_info(?)', [name]);
        return [name, { type: 'table', text: `${rows} row${rows === 1 ? '' : 's'}: ${columns.join(', ')}` }];
      }));
    },
    complete: (/** @type {string} */ before) => {
      const begun = /[\p{L}\p{N}_]*$/u.exec(before)?.[0] ?? '';
      const names = db.selectValues("select name from sqlite_schema union select info.name from sqlite_schema s, pragma_table_info(s.name) info where s.type = 'table'");
      return { length: begun.length, options: names.filter((/** @type {string} */ name) => name.startsWith(begun)).map((/** @type {string} */ label) => ({ label, type: 'variable' })) };
    },
  };

  return {
    run,
    call: (method, args) => {
      if (!Object.hasOwn(methods, method)) throw Object.assign(new Error(`SQL has no ${method.replace('_', ' ')}`), { name: 'NotSupported', refused: true });
      return methods[method](...args);
    },
    interrupt: () => {},
    interruptible: false,
    versions: { sqlite: capi.sqlite3_libversion() },
    timings: { session: Math.round(performance.now() - start) },
  };
}

/** Return where the next statement begins: behind blanks and comments. @type {(bytes: Uint8Array, from: number) => number} */
function skip(bytes, from) {
  const rest = new TextDecoder().decode(bytes.subarray(from));
  BLANK.lastIndex = 0;
  return from + new TextEncoder().encode(BLANK.exec(rest)?.[0] ?? '').length;
}

/** @type {(bytes: Uint8Array, at: number) => {line: number, column: number, text: string}} */
function placeOf(bytes, at) {
  const before = new TextDecoder().decode(bytes.subarray(0, at)).split('\n');
  const text = new TextDecoder().decode(bytes).split('\n')[before.length - 1] ?? '';
  return { line: before.length, column: before[before.length - 1].length + 1, text };
}

/** @type {(error: Error & {at?: number}, bytes: Uint8Array, from: number) => any} */
function told({ name, message, at }, bytes, from) {
  const { line, column, text } = placeOf(bytes, at ?? from);
  const shown = [`  line ${line}`, `    ${text}`, `    ${' '.repeat(column - 1)}^`];
  return { type: 'error', ename: name, evalue: message, line, column: column - 1, traceback: [...shown, `${name}: ${message}`] };
}

/** @type {(value: any) => string | number | null} */
function plain(value) {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return value;
  if (value instanceof Uint8Array) return `x'${[...value.subarray(0, 32)].map(byte => byte.toString(16).padStart(2, '0')).join('')}'`;
  const text = String(value);
  return text.length > CELL ? `${text.slice(0, CELL)}…` : text;
}

/** A table in two forms: as text, and as rows that a page can draw. @type {(fields: string[], rows: any[][], total: number) => object} */
function dataOf(fields, rows, total) {
  const cells = [fields, ...rows.map(row => row.map(cell => (cell === null ? 'NULL' : String(cell))))];
  const widths = fields.map((_, at) => cells.reduce((most, row) => Math.max(most, row[at].length), 0));
  const lines = cells.map(row => row.map((cell, at) => cell.padEnd(widths[at])).join('  ').trimEnd());
  lines.splice(1, 0, widths.map(width => '-'.repeat(width)).join('  '));
  if (total > rows.length) lines.push(`… ${total - rows.length} more rows`);
  return { 'text/plain': lines.join('\n'), 'application/vnd.wasmlab.table+json': { fields, rows, total } };
}
