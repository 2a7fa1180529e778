/** Draws the messages between page and worker, one line each, in the order in which they cross. */

const MOST = 200; // lines that are kept

/**
 * @param {HTMLElement} list
 * @param {'out' | 'in'} direction
 * @param {any} message
 * @param {boolean} spare whether it goes to or comes from the spare worker
 */
export function showMessage(list, direction, message, spare) {
  const line = document.createElement('li');
  line.className = direction;
  line.dataset.type = message.type;
  const name = document.createElement('strong');
  name.textContent = message.type;
  const text = document.createElement('span');
  text.textContent = detail(message) + (spare ? ' (a spare worker)' : '');
  line.append(name, ' ', text);
  const atEnd = list.scrollTop + list.clientHeight > list.scrollHeight - 40;
  list.append(line);
  while (list.childElementCount > MOST) list.firstElementChild?.remove();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

/** @param {any} message */
function detail(message) {
  switch (message.type) {
    case 'INIT': return `${message.names.length} files`;
    case 'PROGRESS': return message.stage;
    case 'READY': return `Python ${message.versions.python}${message.interruptible ? ', can be interrupted' : ''}`;
    case 'RUN': return short(message.code);
    case 'EVENT': return eventDetail(message.event);
    case 'RUN_RESULT': return message.result.error ? message.result.error.name : `${message.result.runtime.toFixed(1)} ms`;
    case 'STDIN': return message.data === null ? 'no answer' : short(message.data);
    case 'CALL': return message.method;
    case 'ERROR': return `${message.error.name}: ${short(message.error.message)}`;
    default: return '';
  }
}

/** @param {any} event */
function eventDetail(event) {
  switch (event.type) {
    case 'stream': return `${event.name} ${short(JSON.stringify(event.text))}`;
    case 'execute_result': return `result ${short(event.data['text/plain'] ?? Object.keys(event.data)[0])}`;
    case 'statement': return `statement, line ${event.lineStart}`;
    case 'status': return `status ${event.state}`;
    case 'error': return `error ${event.ename}`;
    default: return event.type;
  }
}

/** @param {unknown} text */
function short(text) {
  const line = String(text).replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
