/** The editor: CodeMirror with results at their lines, marks at mistakes, and the line of a step. */

/**
 * @typedef {object} Wishes
 * @property {string} text
 * @property {string} language
 * @property {string} [label]
 * @property {boolean} [readOnly]
 * @property {(lines: [number, number] | null) => void} onRun the lines that are marked, or null for all
 * @property {() => void} [onLeave] Esc
 * @property {() => void} [onChange]
 * @property {(before: string) => Promise<{length: number, options: {label: string, type: string}[]} | null>} [complete]
 */

/** @typedef {Awaited<ReturnType<typeof makeEditor>>} Editor */

/** Loaded when it is needed: what npm brings has no types here. @type {Promise<any> | null} */
let loading = null;
const codemirror = () => (loading ??= import(new URL('../dist/editor/editor.js', import.meta.url).href));

/**
 * @param {HTMLElement} place
 * @param {Wishes} wishes
 */
export async function makeEditor(place, wishes) {
  const cm = await codemirror();
  const language = new cm.Compartment();
  const inline = inlineResults(cm);
  const step = stepLine(cm);
  const live = [{ autocomplete: liveCompletion(wishes) }]; // one and the same each time: a source is known by its identity
  const completion = cm.EditorState.languageData.of(() => live);
  const view = new cm.EditorView({
    parent: place,
    state: cm.EditorState.create({ doc: wishes.text, extensions: [
      cm.Prec.highest(cm.keymap.of(keysOf(cm, wishes))),
      cm.basicSetup, cm.keymap.of([cm.indentWithTab]), cm.indentUnit.of('    '), cm.lintGutter(),
      theme(cm), completion, inline.field, step.field, language.of(modeOf(cm, wishes.language)),
      cm.EditorView.contentAttributes.of({ 'aria-label': wishes.label ?? 'Program', 'spellcheck': 'false' }),
      cm.EditorState.readOnly.of(Boolean(wishes.readOnly)),
      cm.EditorView.updateListener.of((/** @type {any} */ update) => { if (update.docChanged) wishes.onChange?.(); }),
      cm.keymap.of([{ key: 'Escape', run: () => { wishes.onLeave?.(); return Boolean(wishes.onLeave); } }]),
    ] }),
  });

  /** Return the offset of a line's column, both inside the text. @type {(line: number, column: number) => number} */
  const offset = (line, column) => {
    const found = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
    return Math.min(found.from + Math.max(0, column), found.to);
  };

  return {
    get text() { return String(view.state.doc); },
    set text(text) { view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }); },
    /** @param {string} name */
    setLanguage(name) { view.dispatch({ effects: language.reconfigure(modeOf(cm, name)) }); },
    /** Show what came of a line beside it. @type {(line: number, text: string, kind: string) => void} */
    result(line, text, kind) { view.dispatch({ effects: inline.add.of({ at: offset(line, Infinity), text, kind }) }); },
    /** Mark a mistake. @type {(event: any) => void} */
    mark({ line, column, endLine, endColumn, ename, evalue }) {
      if (!line) return;
      const from = offset(line, column ?? 0);
      const to = Math.max(from, offset(endLine ?? line, endColumn ?? Infinity));
      view.dispatch(cm.setDiagnostics(view.state, [{ from, to, severity: 'error', message: `${ename}: ${evalue}` }]));
    },
    /** Take all results and marks away. */
    clean() {
      view.dispatch({ effects: inline.clear.of(null) });
      view.dispatch(cm.setDiagnostics(view.state, []));
    },
    /** Show where a step is; 0 for nowhere. @param {number} line */
    showStep(line) {
      const at = line > 0 ? offset(line, 0) : -1;
      view.dispatch({ effects: [step.set.of(at), ...(at < 0 ? [] : [cm.EditorView.scrollIntoView(at)])] });
    },
    focus() { view.focus(); },
    destroy() { view.destroy(); },
  };
}

/** @type {(cm: any, wishes: Wishes) => any[]} */
function keysOf(cm, { onRun }) {
  /** @type {(view: any) => boolean} */
  const runMarked = (view) => {
    const { main } = view.state.selection;
    const line = (/** @type {number} */ at) => view.state.doc.lineAt(at).number;
    cm.closeCompletion(view);
    onRun(main.empty ? null : [line(main.from), line(main.to)]);
    return true;
  };
  /** @type {(view: any) => boolean} */
  const runAll = (view) => {
    cm.closeCompletion(view);
    onRun(null);
    return true;
  };
  return [{ key: 'Mod-Enter', run: runAll }, { key: 'Ctrl-Enter', run: runAll }, { key: 'Shift-Enter', run: runMarked }];
}

/** @type {(wishes: Wishes) => (context: any) => Promise<any>} */
function liveCompletion({ complete }) {
  return async (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    if (!complete || !(context.explicit || /[\p{L}_$][\p{L}\p{N}_$]*\.?$|\.$/u.test(before))) return null;
    const found = await complete(before);
    return found && { from: context.pos - found.length, options: found.options, validFor: /^[\p{L}\p{N}_$]*$/u };
  };
}

/** @type {(cm: any, name: string) => any} */
function modeOf(cm, name) {
  switch (name) {
    case 'python': return cm.python();
    case 'javascript': return cm.javascript();
    case 'typescript': return cm.javascript({ typescript: true });
    case 'sql': return cm.sql({ dialect: cm.SQLite });
    case 'html': return cm.html();
    default: return [];
  }
}

/** @param {any} cm */
function inlineResults(cm) {
  const add = cm.StateEffect.define({ map: (/** @type {any} */ { at, ...rest }, /** @type {any} */ changes) => ({ at: changes.mapPos(at), ...rest }) });
  const clear = cm.StateEffect.define();
  class Result extends cm.WidgetType {
    /**
     * @param {string} text
     * @param {string} kind
     */
    constructor(text, kind) {
      super();
      this.text = text;
      this.kind = kind;
    }

    /** @param {any} other */
    eq(other) { return other.text === this.text && other.kind === this.kind; }

    toDOM() {
      const shown = document.createElement('span');
      shown.className = `cm-inline ${this.kind}`;
      shown.setAttribute('aria-hidden', 'true'); // the output says it
      shown.textContent = this.text;
      return shown;
    }
  }
  const field = cm.StateField.define({
    create: () => cm.Decoration.none,
    update(/** @type {any} */ shown, /** @type {any} */ transaction) {
      let now = transaction.docChanged ? shown.map(transaction.changes) : shown;
      for (const effect of transaction.effects) {
        if (effect.is(clear)) now = cm.Decoration.none;
        if (effect.is(add)) {
          const { at, text, kind } = effect.value;
          now = now.update({ add: [cm.Decoration.widget({ widget: new (/** @type {any} */ (Result))(text, kind), side: 1 }).range(at)], sort: true });
        }
      }
      return now;
    },
    provide: (/** @type {any} */ own) => cm.EditorView.decorations.from(own),
  });
  return { add, clear, field };
}

/** @param {any} cm */
function stepLine(cm) {
  const set = cm.StateEffect.define();
  const mark = cm.Decoration.line({ class: 'cm-step' });
  const field = cm.StateField.define({
    create: () => cm.Decoration.none,
    update(/** @type {any} */ shown, /** @type {any} */ transaction) {
      const effect = transaction.effects.find((/** @type {any} */ each) => each.is(set));
      if (effect) return effect.value < 0 ? cm.Decoration.none : cm.Decoration.set([mark.range(effect.value)]);
      return transaction.docChanged ? cm.Decoration.none : shown;
    },
    provide: (/** @type {any} */ own) => cm.EditorView.decorations.from(own),
  });
  return { set, field };
}

/** Colours come from the page's names, so that light and dark are one theme. @param {any} cm */
function theme(cm) {
  const { tags: t } = cm;
  const style = cm.HighlightStyle.define([
    { tag: [t.keyword, t.operatorKeyword, t.modifier, t.controlKeyword], color: 'var(--keyword)' },
    { tag: [t.string, t.special(t.string), t.regexp], color: 'var(--string)' },
    { tag: [t.number, t.bool, t.null, t.atom], color: 'var(--number)' },
    { tag: [t.comment, t.docComment], color: 'var(--comment)', fontStyle: 'italic' },
    { tag: [t.function(t.variableName), t.function(t.definition(t.variableName)), t.className, t.typeName, t.tagName], color: 'var(--name)' },
    { tag: [t.attributeName, t.propertyName], color: 'var(--ink)' },
    { tag: t.invalid, color: 'var(--bad)' },
  ]);
  return [cm.syntaxHighlighting(style), cm.EditorView.theme({
    '&': { backgroundColor: 'var(--paper)', color: 'var(--ink)', fontSize: '.95rem' },
    '.cm-content': { fontFamily: 'var(--code)', caretColor: 'var(--ink)' },
    '.cm-cursor': { borderLeftColor: 'var(--ink)' },
    '.cm-gutters': { backgroundColor: 'var(--paper)', color: 'var(--soft)', border: 'none' },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--worker) 7%, transparent)' },
    '&.cm-focused': { outline: '3px solid var(--worker)', outlineOffset: '-3px' },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'color-mix(in srgb, var(--worker) 28%, transparent) !important' },
    '&.cm-focused .cm-matchingBracket': { backgroundColor: 'color-mix(in srgb, var(--worker) 30%, transparent)' },
    '.cm-tooltip, .cm-panels': { backgroundColor: 'var(--card)', color: 'var(--ink)', border: '1px solid var(--line)' },
    '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: '#1f5fa8', color: '#fff' },
    '.cm-tooltip-autocomplete > ul > li': { fontFamily: 'var(--code)' },
  })];
}
