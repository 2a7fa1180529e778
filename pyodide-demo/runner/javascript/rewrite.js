/**
 * Takes a program apart into its top-level statements, each to be run for itself, with its names kept.
 *
 * What a statement declares becomes a property of the global object, so that the next statement, and the
 * next run, finds it. A statement's text keeps its place: an error is in the line where it was written.
 */

/**
 * @typedef {object} Unit one statement
 * @property {string} source what is evaluated: a function that runs it
 * @property {boolean} isAsync it awaits
 * @property {boolean} isExpr its value may be shown
 * @property {number} lineStart from 1
 * @property {number} lineEnd
 * @property {{name: string, kind: 'var' | 'let' | 'const' | 'function' | 'class'}[]} names that it declares
 */

/** Characters before a program's first one in its first line. */
export const HEAD = 40;

/** @typedef {{from: number, to: number, text: string}} Edit */
/** @typedef {any} Node */

/**
 * @param {string} code
 * @param {(code: string, options: object) => Node} parse acorn's
 * @returns {Unit[]} in the order in which they run: functions come first, as they do in JavaScript
 * @throws {SyntaxError} with `line` and `column`
 */
export function unitsOf(code, parse) {
  const tree = parsed(code, parse);
  const units = tree.body.filter((/** @type {Node} */ { type }) => type !== 'EmptyStatement')
    .map((/** @type {Node} */ node) => unitOf(code, node));
  const isFunction = (/** @type {Unit} */ { names }) => names[0]?.kind === 'function';
  return [...units.filter(isFunction), ...units.filter((/** @type {Unit} */ unit) => !isFunction(unit))];
}

/** @type {(code: string, parse: (code: string, options: object) => Node) => Node} */
function parsed(code, parse) {
  try {
    return parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true, allowHashBang: true });
  } catch (error) {
    const { message, loc } = /** @type {any} */ (error);
    throw located(message.replace(/ \(\d+:\d+\)$/, ''), loc);
  }
}

/** @type {(message: string, place: {line: number, column: number}) => SyntaxError} */
function located(message, { line, column }) {
  return Object.assign(new SyntaxError(message), { line, column: column + 1 });
}

/** @type {(code: string, node: Node) => Unit} */
function unitOf(code, node) {
  if (/^Import|^Export(All|Default)/.test(node.type) || (node.type === 'ExportNamedDeclaration' && !node.declaration)) {
    throw located('a program here is one file: it cannot import or export modules', node.loc.start);
  }
  const { declaration } = node; // `export` before a declaration has no one to export to, and does no harm
  const inner = declaration ?? node;
  const isExpr = inner.type === 'ExpressionStatement';
  const names = declared(inner);
  const from = isExpr ? inner.expression : inner;
  const edits = editsOf(inner);
  const text = edited(code.slice(from.start, from.end), edits, from.start);
  const isAsync = awaits(inner);
  const gives = isExpr || inner.type === 'ClassDeclaration' || inner.type === 'FunctionDeclaration';
  const open = `(${isAsync ? 'async' : ''} () => {"use strict";${gives ? 'return(' : ''}`.padEnd(HEAD);
  const source = open + '\n'.repeat(from.loc.start.line - 1) + ' '.repeat(from.loc.start.column) + text + (gives ? '\n)})' : '\n})');
  return { source, isAsync, isExpr, lineStart: node.loc.start.line, lineEnd: node.loc.end.line, names };
}

/** @type {(node: Node) => Unit['names']} */
function declared(node) {
  if (node.type === 'FunctionDeclaration') return [{ name: node.id.name, kind: 'function' }];
  if (node.type === 'ClassDeclaration') return [{ name: node.id.name, kind: 'class' }];
  /** @type {Unit['names']} */
  const names = [];
  if (node.type === 'VariableDeclaration') {
    for (const { id } of node.declarations) for (const name of bound(id)) names.push({ name, kind: node.kind });
  }
  if (node.kind !== 'var' || node.type !== 'VariableDeclaration') {
    for (const { node: inner } of inside(node)) {
      if (inner === node || inner.type !== 'VariableDeclaration' || inner.kind !== 'var') continue;
      for (const { id } of inner.declarations) for (const name of bound(id)) names.push({ name, kind: 'var' });
    }
  }
  return names;
}

/** Return the names that a pattern binds. @type {(pattern: Node) => string[]} */
function bound(pattern) {
  switch (pattern?.type) {
    case 'Identifier': return [pattern.name];
    case 'ObjectPattern': return pattern.properties.flatMap((/** @type {Node} */ part) => bound(part.value ?? part.argument));
    case 'ArrayPattern': return pattern.elements.flatMap(bound);
    case 'AssignmentPattern': return bound(pattern.left);
    case 'RestElement': return bound(pattern.argument);
    default: return [];
  }
}

/** Turn declarations of global names into assignments. @type {(top: Node) => Edit[]} */
function editsOf(top) {
  /** @type {Edit[]} */
  const edits = [];
  for (const { node, parent } of inside(top)) {
    if (node.type !== 'VariableDeclaration' || (node !== top && node.kind !== 'var')) continue;
    const last = node.declarations.at(-1);
    const isLoop = /^For(In|Of)/.test(parent?.type ?? '') && parent.left === node;
    const follows = parent?.type === 'BlockStatement' || parent?.type === 'SwitchCase';
    const opening = isLoop ? '' : follows ? ';(' : '(';
    edits.push({ from: node.start, to: node.start + node.kind.length, text: opening.padEnd(node.kind.length) });
    if (!isLoop) edits.push({ from: last.end, to: last.end, text: ')' });
  }
  return edits.sort((a, b) => b.from - a.from);
}

/** @type {(text: string, edits: Edit[], start: number) => string} */
function edited(text, edits, start) {
  for (const { from, to, text: put } of edits) text = text.slice(0, from - start) + put + text.slice(to - start);
  return text;
}

/** @type {(top: Node) => boolean} */
function awaits(top) {
  for (const { node } of inside(top)) if (node.type === 'AwaitExpression' || node.await === true) return true;
  return false;
}

/**
 * Walk through what belongs to the statement itself, not to a function in it.
 * @param {Node} node
 * @param {Node} [parent]
 * @returns {Generator<{node: Node, parent: Node}>}
 */
function* inside(node, parent = null) {
  yield { node, parent };
  const isOwn = parent === null && /^(Function|Class)Declaration$/.test(node.type);
  if (isOwn || /Function/.test(node.type) || node.type === 'StaticBlock' || node.type === 'PropertyDefinition') return;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'loc') continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child?.type === 'string') yield* inside(child, node);
    }
  }
}
