// What the playground and the cells use of CodeMirror.
export { EditorState, StateEffect, StateField, Compartment, Prec, RangeSet } from "@codemirror/state";
export { EditorView, Decoration, WidgetType, keymap, lineNumbers, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, drawSelection, placeholder, gutter, GutterMarker } from "@codemirror/view";
export { basicSetup } from "codemirror";
export { defaultKeymap, history, historyKeymap, indentWithTab, indentMore, indentLess, toggleComment } from "@codemirror/commands";
export { HighlightStyle, syntaxHighlighting, indentUnit } from "@codemirror/language";
export { autocompletion, acceptCompletion, closeCompletion, startCompletion, completionStatus, completeAnyWord } from "@codemirror/autocomplete";
export { setDiagnostics, lintGutter, forceLinting } from "@codemirror/lint";
export { python, pythonLanguage } from "@codemirror/lang-python";
export { javascript, javascriptLanguage } from "@codemirror/lang-javascript";
export { sql, SQLite } from "@codemirror/lang-sql";
export { html } from "@codemirror/lang-html";
export { tags } from "@lezer/highlight";
