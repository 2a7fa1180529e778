/** Shows C and C++ with their words told apart: comments, strings, keywords, functions, numbers. */

const KEYWORDS = 'auto|bool|break|case|char|class|const|continue|default|do|double|else|enum|explicit|extern|float|for|if|int|long|private|public|return|short|signed|sizeof|static|struct|switch|typedef|union|unsigned|void|volatile|while';

const TOKENS = new RegExp([
  String.raw`(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)`,
  String.raw`(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')`,
  String.raw`(?<directive>^[ \t]*#[^\n]*)`,
  String.raw`(?<keyword>\b(?:${KEYWORDS})\b)`,
  String.raw`(?<function>\b[A-Za-z_]\w*(?=\s*\())`,
  String.raw`(?<number>\b\d[\w.]*)`,
].join('|'), 'gm');

/**
 * @param {HTMLElement} place a `<code>`, emptied first
 * @param {string} text
 */
export function showSource(place, text) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined) ?? ['plain'];
    const span = document.createElement('span');
    span.className = `c-${kind}`;
    span.textContent = match[0];
    parts.push(text.slice(end, match.index), span);
    end = match.index + match[0].length;
  }
  place.replaceChildren(...parts, text.slice(end));
}
