/** Shows a run's events. What a program shows is a stranger's: it is never put into the page as HTML. */

/** @typedef {import('../runner/protocol.js').RunEvent} RunEvent */

/** @param {HTMLElement} output */
export function clearOutput(output) {
  output.replaceChildren();
}

/** @type {(output: HTMLElement, event: RunEvent) => void} */
export function showEvent(output, event) {
  switch (event.type) {
    case 'stream': showText(output, event.text, event.name); break;
    case 'execute_result':
    case 'display_data': output.append(richest(event.data)); break;
    case 'error': showError(output, event); return;
    case 'clear_output': clearOutput(output); break;
    case 'status':
      if (event.state !== 'restarted') return;
      showText(output, 'Python was started anew: the names of earlier runs are gone.\n', 'note');
      break;
    default: return; // the rest is for those who step, watch and measure
  }
  output.scrollTop = output.scrollHeight;
}

/** Append to the last piece, if it is of the same stream. @type {(output: HTMLElement, text: string, name: string) => void} */
function showText(output, text, name) {
  const last = output.lastElementChild;
  if (last instanceof HTMLPreElement && last.className === name) last.append(text);
  else output.append(piece('pre', name, text));
}

/** @type {(output: HTMLElement, event: RunEvent) => void} */
function showError(output, { ename, evalue, traceback, explanation }) {
  const box = piece('div', 'error', '');
  box.append(piece('p', 'name', `${ename}${evalue ? `: ${evalue}` : ''}`));
  if (explanation) {
    for (const text of [explanation.what, explanation.hint]) box.append(withCode(piece('p', 'explained', ''), text));
  }
  if (traceback?.length > 1) box.append(piece('pre', 'traceback', traceback.join('\n')));
  output.append(box);
  output.scrollTop = box.offsetTop - output.offsetTop; // what happened comes first, then where
}

/** Every other part between backticks is code. @type {(place: HTMLElement, text: string) => HTMLElement} */
function withCode(place, text) {
  place.append(...text.split('`').map((part, number) => (number % 2 ? piece('code', '', part) : part)));
  return place;
}

/** @type {(data: Record<string, any>) => HTMLElement} */
function richest(data) {
  const text = String(data['text/plain'] ?? '');
  const svg = data['image/svg+xml'];
  if (svg) return picture(`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`, text);
  for (const type of ['image/png', 'image/jpeg']) {
    if (data[type]) return picture(`data:${type};base64,${data[type]}`, text);
  }
  if (data['text/html']) return framed(data['text/html']);
  return piece('pre', 'value', text);
}

/** An image runs no scripts, whatever is in it. @type {(source: string, text: string) => HTMLElement} */
function picture(source, text) {
  const image = document.createElement('img');
  image.src = source;
  image.alt = text || 'What the program shows';
  return image;
}

/** HTML stays in a frame without scripts and without a network. @type {(html: string) => HTMLElement} */
function framed(html) {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', '');
  frame.title = 'What the program shows';
  frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">`
    + `<meta name="color-scheme" content="light dark">${html}`;
  return frame;
}

/** @type {(tag: string, name: string, text: string) => HTMLElement} */
function piece(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  return element;
}
