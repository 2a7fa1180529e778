/** Asks what `input()` wants to know, in a small form below the output. */

const form = /** @type {HTMLFormElement} */ (document.getElementById('question'));
const label = /** @type {HTMLLabelElement} */ (form.querySelector('label'));
const field = /** @type {HTMLInputElement} */ (form.querySelector('input'));

/** @type {(answer: string | null) => void} */
let settle = () => {};

form.addEventListener('submit', (event) => {
  event.preventDefault();
  close(field.value);
});

/** The question is moot when the program is stopped. */
document.getElementById('stop')?.addEventListener('click', () => close(null));

/** @type {(answer: string | null) => void} */
function close(answer) {
  form.hidden = true;
  settle(answer);
}

/**
 * @param {string} prompt
 * @param {boolean} password
 * @returns {Promise<string | null>} the answer, or null where there is none
 */
export function ask(prompt, password) {
  label.textContent = prompt || 'The program asks for a line';
  field.type = password ? 'password' : 'text';
  field.value = '';
  form.hidden = false;
  field.focus();
  return new Promise((resolve) => { settle = resolve; });
}
