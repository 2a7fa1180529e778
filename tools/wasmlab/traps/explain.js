// Turns an Error out of Wasm into the C line and the reason, by the table that `build` wrote beside
// the module (NAME.traps.json). The same answer as wasmlab/traps/explanation.py gives elsewhere.

/** @typedef {{function: string, file: string, line: number, column: number, inlined: boolean}} Place */
/** @typedef {[start: number, end: number, name: string, file: number, line: number, column: number]} Inlined */
/** @typedef {[start: number, end: number, reason: string, detail: string, file: number, line: number,
 *   column: number]} Check */
/** @typedef {{files: string[], functions: [number, string][], lines: [number, number, number, number][],
 *   inlined: Inlined[], checks: Check[], source: Record<string, Record<string, string>>,
 *   words: Record<string, string[]>}} Table */
/** @typedef {{reason: string, title: string, why: string, try: string, detail: string, file: string,
 *   line: number, column: number, sourceLine: string, stack: Place[]}} Explanation */

/** What the engines say (V8, SpiderMonkey, JavaScriptCore), in wasmlab's words. @type {[RegExp, string][]} */
const SAID = [
  [/call stack|recursion/i, "stack"],
  [/null function or/i, "call"],
  [/signature/i, "signature"],
  [/null function|indirect.*null/i, "null-call"],
  [/table index|call_indirect|table access/i, "no-function"],
  [/unreachable/i, "unreachable"],
  [/zero|divide result|integer overflow|division/i, "division"],
  [/unrepresentable|conversion|trunc/i, "conversion"],
  [/out of bounds/i, "memory"],
];
const CALL_INDIRECT = 0x11;
const OPERATORS = /^(?:(\w+\s*\[)|(<<|>>)|([-+*])|([/%])|(=))/;
const GUESSES = ["index", "shift", "signed-overflow", "division", "null"];

/** The last row that starts at or before `offset`. @template {[number, ...unknown[]]} Row
 * @param {Row[]} rows @param {number} offset @returns {Row | undefined} */
const before = (rows, offset) => rows.filter((row) => row[0] <= offset).at(-1);

/** @param {Table} table @param {number} offset @returns {Check | undefined} */
const checkAt = (table, offset) => table.checks.find((check) => check[0] <= offset && offset < check[1]);

/** The C functions at one offset, the innermost first: inlined ones are frames too.
 * @param {Table} table @param {number} offset @returns {Place[]} */
function placesAt(table, offset) {
  let at = checkAt(table, offset)?.slice(4) ?? before(table.lines, offset)?.slice(1) ?? [-1, 0, 0];
  /** @param {string} name @param {boolean} inlined @returns {Place} */
  const place = (name, inlined) => {
    const [file, line, column] = /** @type {number[]} */ (at);
    const known = file >= 0 && line > 0;
    return { function: name, file: known ? table.files[file] : "", line: known ? line : 0, column: known ? column : 0, inlined };
  };
  const places = [];
  for (const inlined of table.inlined.filter(([start, end]) => start <= offset && offset < end).reverse()) {
    places.push(place(inlined[2], true));
    at = inlined.slice(3);
  }
  return [...places, place(before(table.functions, offset)?.[1] ?? "unknown function", false)];
}

/** @param {Table} table @param {string} reason @param {Place[]} stack @param {string} source @param {number} column */
function refine(table, reason, stack, source, column) {
  const names = stack.map((place) => place.function);
  const deep = names.some((name) => names.filter((other) => other === name).length >= 5);
  if (reason === "memory" && deep) return "stack";
  if (reason !== "unreachable") return reason;
  if (names.some((name) => ["abort", "__assert_fail", "__abort"].includes(name))) return "abort";
  const found = column ? OPERATORS.exec(source.slice(column - 1)) : null;
  return found ? GUESSES[found.slice(1).findIndex(Boolean)] : reason;
}

/** Explain an error that a Wasm call threw. The module's bytes, where given, tell a call from a read:
 * SpiderMonkey says the same words of both.
 * @param {Error} error @param {Table} table @param {Uint8Array} [wasm] @returns {Explanation} */
export function explain(error, table, wasm) {
  const offsets = [...(error.stack ?? "").matchAll(/wasm-function\[\d+\]:0x([0-9a-f]+)/g)].map((hit) => parseInt(hit[1], 16));
  const words = SAID.find(([pattern]) => pattern.test(error.message))?.[1] ?? "trap";
  const said = words === "memory" && wasm?.[offsets[0]] === CALL_INDIRECT ? "no-function" : words;
  const stack = offsets.flatMap((offset) => placesAt(table, offset));
  const { file, line, column } = stack.find((place) => place.file) ?? { file: "", line: 0, column: 0 };
  const sourceLine = table.source[file]?.[line] ?? "";
  const check = said === "unreachable" && offsets.length ? checkAt(table, offsets[0]) : undefined;
  const reason = check?.[2] ?? refine(table, said, stack, sourceLine, column);
  const [title, why, attempt] = table.words[reason] ?? [said, error.message, ""];
  return { reason, title: check?.[3] ?? title, why, try: attempt, detail: "", file, line, column, sourceLine, stack };
}
