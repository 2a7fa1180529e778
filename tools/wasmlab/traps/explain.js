// Turns an Error out of Wasm into the C line and the reason, by the table that `build` wrote beside
// the module (NAME.traps.json). The same answer as wasmlab/traps/explanation.py gives elsewhere.

/** @typedef {{function: string, file: string, line: number, column: number, inlined: boolean}} Place */
/** @typedef {{files: string[], first: number, functions: [start: number, name: string][],
 *   lines: [start: number, file: number, line: number, column: number][],
 *   inlined: [start: number, end: number, name: string, file: number, line: number, column: number][],
 *   checks: [start: number, end: number, reason: string, detail: string, file: number, line: number, column: number][],
 *   source: Record<string, Record<string, string>>, words: Record<string, string[]>, guesses: string[][]}} Table */
/** @typedef {{reason: string, title: string, why: string, try: string, detail: string, file: string,
 *   line: number, column: number, sourceLine: string, stack: Place[]}} Explanation */
/** What the engines say (V8, SpiderMonkey, JavaScriptCore), and wasmlab's reason. @type {[RegExp, string][]} */
const SAID = [
  [/call stack|recursion/i, "stack"],
  [/null function or/i, "call"],
  [/signature/i, "signature"],
  [/null function|indirect.*null/i, "null-call"],
  [/table index|call_indirect|table access/i, "no-function"],
  [/unreachable/i, "unreachable"],
  [/by zero/i, "zero"],
  [/divide result|integer overflow/i, "quotient"],
  [/unrepresentable|conversion|trunc/i, "conversion"],
  [/out of bounds/i, "memory"],
];
const CALL_INDIRECT = 0x11; // the opcode
const STOPPERS = ["abort", "__assert_fail", "__abort"];
const NO_LINES = "this module has no debug information; a debug build names the C line";
const NO_OFFSET = "this browser does not tell the C line; others do"; // WebKit

/** The last row that starts at or before `offset`. @template {[number, ...unknown[]]} Row
 * @param {Row[]} rows @param {number} offset @returns {Row | undefined} */
const before = (rows, offset) => rows.filter((row) => row[0] <= offset).at(-1);

/** @param {Table} table @param {number} offset */
const checkAt = (table, offset) => table.checks.find((check) => check[0] <= offset && offset < check[1]);

/** The C functions at one offset, the innermost first: inlined ones are frames too.
 * @param {Table} table @param {number} offset @returns {Place[]} */
function placesAt(table, offset) {
  let at = /** @type {number[]} */ (checkAt(table, offset)?.slice(4) ?? before(table.lines, offset)?.slice(1) ?? []);
  /** @param {string} name @param {boolean} inlined @returns {Place} */
  const place = (name, inlined) => {
    const [file, line, column] = table.files[at[0]] && at[1] ? [table.files[at[0]], at[1], at[2]] : ["", 0, 0];
    return { function: name, file, line, column, inlined };
  };
  const places = [];
  for (const inlined of table.inlined.filter(([start, end]) => start <= offset && offset < end).reverse()) {
    places.push(place(inlined[2], true));
    at = /** @type {number[]} */ (inlined.slice(3));
  }
  return [...places, place(before(table.functions, offset)?.[1] ?? "unknown function", false)];
}

/** The function of an index, where the offset is not told. @param {Table} table @param {number} index @returns {Place} */
function named(table, index) {
  const name = table.functions[index - table.first]?.[1] ?? "unknown function";
  return { function: name, file: "", line: 0, column: 0, inlined: false };
}

/** The reason, and whether it is sure. @param {Table} table @param {string} said @param {Place[]} stack
 * @param {string} source @param {number} column @returns {[string, boolean]} */
function reasonOf(table, said, stack, source, column) {
  const names = stack.map((place) => place.function);
  if (said === "memory" && names.some((name) => names.filter((other) => other === name).length >= 5)) return ["stack", true];
  if (said === "unreachable" && names.some((name) => STOPPERS.includes(name))) return ["abort", true];
  if (said !== "unreachable" || !column) return [said, true];
  const [behind, here] = [source.slice(0, column - 1), source.slice(column - 1)];
  const guess = table.guesses.find(([left, right]) => new RegExp(left).test(behind) && new RegExp(`^(?:${right})`).test(here));
  return guess ? [guess[2], false] : [said, true];
}

/** Explain an error that a Wasm call threw. The module's bytes, where given, tell a call from a read:
 * SpiderMonkey says the same words of both. `memory` is how many bytes the module's memory has.
 * @param {Error} error @param {Table} table @param {Uint8Array} [wasm] @param {number} [memory]
 * @returns {Explanation} */
export function explain(error, table, wasm, memory) {
  const hits = [...(error.stack ?? "").matchAll(/wasm-function\[(\d+)\](?::0x([0-9a-f]+))?/g)];
  const offsets = hits.flatMap((hit) => (hit[2] ? [parseInt(hit[2], 16)] : []));
  const words = SAID.find(([pattern]) => pattern.test(error.message))?.[1] ?? "trap";
  const said = words === "memory" && wasm?.[offsets[0]] === CALL_INDIRECT ? "no-function" : words;
  const stack = offsets.length ? offsets.flatMap((offset) => placesAt(table, offset)) : hits.map((hit) => named(table, Number(hit[1])));
  const { file, line, column } = stack.find((place) => place.file) ?? { file: "", line: 0, column: 0 };
  const sourceLine = table.source[file]?.[line] ?? "";
  const check = said === "unreachable" && offsets.length ? checkAt(table, offsets[0]) : undefined;
  const [reason, sure] = check ? [check[2], true] : reasonOf(table, said, stack, sourceLine, column);
  const [title, why, attempt] = table.words[reason] ?? [said, error.message, ""];
  const told = check?.[3] ?? (sure ? title : `${title}, most likely`);
  const size = reason === "memory" && memory ? `the memory has ${memory} bytes; only wasmtime tells the address` : "";
  const missing = table.lines.length ? NO_OFFSET : NO_LINES;
  const detail = [size, file || !stack.length ? "" : missing].filter(Boolean).join("; ");
  return { reason, title: told, why, try: attempt, detail, file, line, column, sourceLine, stack };
}

/** The C call stack as lines, a recursion once. @param {Explanation} found @returns {string[]} */
export function stackLines(found) {
  /** @type {[line: string, times: number][]} */
  const runs = [];
  for (const { function: name, file, line, column, inlined } of found.stack) {
    const where = file && ` (${[file, line, column].filter(Boolean).join(":")})`;
    const told = `${name}${where}${inlined ? ", inlined" : ""}`;
    const last = runs.at(-1);
    if (last?.[0] === told) last[1]++;
    else runs.push([told, 1]);
  }
  const lines = runs.flatMap(([line, times]) => (times < 5 ? Array(times).fill(line) : [`${line}, again and again`]));
  return lines.map((line, number) => `${number ? "from" : "in"} ${line}`);
}
