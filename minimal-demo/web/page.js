/** The places on the page that are filled: by id, always with text, never with HTML. */

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no element with the id ${id}`);
  return found;
}

/** @param {import('./explain.js').Trouble | null} trouble null takes the box away */
export function showTrouble(trouble) {
  const box = byId('trouble');
  box.hidden = !trouble;
  if (!trouble) return;
  box.classList.toggle('mild', Boolean(trouble.mild));
  byId('trouble-title').textContent = trouble.title;
  byId('trouble-text').textContent = trouble.text;
  byId('trouble-todo').replaceChildren(...withCode(trouble.todo));
  byId('trouble-detail').textContent = trouble.detail ?? '';
  byId('trouble-detail').hidden = !trouble.detail;
}

/** @param {string[]} notes empty ones are left out */
export function showNotes(notes) {
  const paragraphs = notes.filter(Boolean).map((note) => {
    const paragraph = document.createElement('p');
    paragraph.textContent = note;
    return paragraph;
  });
  byId('notes').replaceChildren(...paragraphs);
}

/** @param {[string, string[]][]} facts */
export function showFacts(facts) {
  byId('facts').replaceChildren(...facts.flatMap(([name, texts]) => {
    const term = document.createElement('dt');
    term.textContent = name;
    return [term, ...texts.map((text) => {
      const value = document.createElement('dd');
      value.textContent = text;
      return value;
    })];
  }));
}

/** Offer a file for saving; the one before it is forgotten. @param {Blob} file */
export function showFile(file) {
  const link = /** @type {HTMLAnchorElement} */ (byId('trip-file'));
  if (link.href) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(file);
  byId('trip-save').hidden = false;
}

/** Text between backquotes becomes `<code>`. @param {string} text */
function withCode(text) {
  return text.split('`').map((part, index) => {
    if (index % 2 === 0) return part;
    const code = document.createElement('code');
    code.textContent = part;
    return code;
  });
}
