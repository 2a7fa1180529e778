// Links a module's C lines, text and bytes: marking one marks the others.

/** @typedef {{name: string, size: number, borders: string, why: [string, number, string][],
 *   parts: [name: string, group: string, start: number, end: number][],
 *   rows: [text: string, start: number, end: number, line: number][],
 *   lines: [file: number, line: number][], files: [name: string, text: string[]][],
 *   base64: string, cut: string}} Module */
/** @typedef {{elements: HTMLElement[], line: number, row: number}} Item */

/** @param {string} id @returns {HTMLElement} */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const select = (/** @type {string} */ id) => /** @type {HTMLSelectElement} */ (byId(id));
/** @type {{modules: Module[], words: Record<string, string>}} */
const data = JSON.parse(byId("data").textContent ?? "");
const PANES = ["c", "wat", "bytes"];
const WHOLE = 3000; // rows: more of them at once make scrolling slow
const hex = (/** @type {number} */ number, width = 0) => number.toString(16).padStart(width, "0");
const many = (/** @type {number} */ count, /** @type {string} */ word) => `${count} ${word}${count === 1 ? "" : "s"}`;

let module = data.modules[0];
let bytes = new Uint8Array();
/** The items of each column, in the order that the arrow keys walk. @type {Record<string, Item[]>} */
let items = {};
/** Where the arrow keys stand in each column. @type {Record<string, number>} */
let at = {};
/** Where the pointer is: text that scrolls below it is not pointed at. */
let rested = "";
/** Where the reader is, kept while the page is loaded anew: the part shown, and the C line marked there. */
const KEPT = `wasmlab-inspect ${location.pathname}`;

/** @param {string} tag @param {string} [text] @param {string} [className] */
function made(tag, text = "", className = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
}

function showModule() {
  module = data.modules[select("module").selectedIndex];
  bytes = Uint8Array.from(atob(module.base64), (char) => char.charCodeAt(0));
  byId("name").textContent = module.name;
  byId("borders").textContent = module.borders;
  byId("cut").textContent = module.cut;
  byId("size").textContent = module.size.toLocaleString("en");
  showWhy();
  const choices = module.parts.map(([name, group, start, end], number) => {
    const option = /** @type {HTMLOptionElement} */ (made("option", `${name}, ${many(end - start, "byte")}`));
    option.value = String(number);
    option.dataset.group = group;
    return option;
  });
  const groups = [...new Set(module.parts.map((part) => part[1]))].map((name) => {
    const group = /** @type {HTMLOptGroupElement} */ (document.createElement("optgroup"));
    group.label = name;
    group.append(...choices.filter((choice) => choice.dataset.group === name));
    return group;
  });
  select("part").replaceChildren(...groups);
  const wantsOne = module.rows.length > WHOLE || parent !== window;
  const first = wantsOne ? module.parts.findIndex((part) => part[1] === "Functions") : 0;
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  const again = module.parts.findIndex((part) => part[0] === kept[0]);
  select("part").value = String(again >= 0 ? again : Math.max(first, 0));
  showPart();
  const line = module.lines.findIndex((place) => String(place) === String(kept[1]));
  mark("c", items.c.findIndex((item) => item.line >= 0 && item.line === line));
}

function showWhy() {
  const bars = module.why.map(([, size], number) => {
    const bar = made("span");
    bar.style.cssText = `flex: ${size} 1 0; background: var(--s${number % 8})`;
    return bar;
  });
  byId("bar").replaceChildren(...bars);
  const entries = module.why.map(([what, size, note], number) => {
    const entry = made("li");
    const swatch = made("i");
    swatch.style.background = `var(--s${number % 8})`;
    const share = `${((100 * size) / module.size).toFixed(1)} %`;
    entry.append(swatch, made("b", size.toLocaleString("en")), made("span", what), made("em", share), made("small", note));
    return entry;
  });
  byId("why").replaceChildren(...entries);
}

function showPart() {
  const [, , start, end] = module.parts[Number(select("part").value)];
  const shown = module.rows.map((row, number) => ({ row, number })).filter(({ row }) => row[1] >= start && row[1] < end);
  items = { c: [], wat: [], bytes: [] };
  at = { c: -1, wat: -1, bytes: -1 };
  showC(new Set(shown.map(({ row }) => row[3])));
  showWat(shown);
  showBytes(shown, start, end);
  const first = items.wat.findIndex((item) => item.line >= 0);
  mark("wat", Math.max(first, 0), false);
}

/** @param {string} pane @param {HTMLElement[]} elements @param {number} row @param {number} line */
function addItem(pane, elements, row, line) {
  elements.forEach((element) => {
    element.setAttribute("role", "option");
    element.id = `${pane}-${items[pane].length}`;
    element.dataset.item = String(items[pane].length);
    if (line >= 0) element.classList.add(`h${line % 6}`);
  });
  items[pane].push({ elements, row, line });
}

/** @param {Set<number>} used */
function showC(used) {
  const list = byId("c");
  const numbers = new Map(module.lines.map(([file, line], number) => [`${file}:${line}`, number]));
  const wanted = new Set([...used].filter((number) => number >= 0).map((number) => module.lines[number][0]));
  const all = wanted.size ? [...wanted] : module.files.map((_, number) => number);
  const parts = all.filter((number) => module.files[number]?.[1].length).flatMap((file) => {
    const [name, texts] = module.files[file];
    const title = made("div", name, "file");
    title.setAttribute("aria-hidden", "true");
    const group = made("div");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", name);
    group.append(title, ...texts.map((text, number) => {
      const line = numbers.get(`${file}:${number + 1}`) ?? -1;
      const option = made("div", "", line < 0 ? "faint" : "");
      option.append(made("u", String(number + 1)), made("span", text || " "));
      addItem("c", [option], -1, used.has(line) ? line : -1);
      return option;
    }));
    return [group];
  });
  list.replaceChildren(...parts);
  if (!parts.length) sayEmpty("c", "No C lines are known here: a debug build tells them.");
}

/** @param {string} pane @param {string} text */
function sayEmpty(pane, text) {
  const option = made("div", text, "empty");
  addItem(pane, [option], -1, -1);
  byId(pane).replaceChildren(option);
}

/** @param {{row: Module["rows"][0], number: number}[]} shown */
function showWat(shown) {
  byId("wat").replaceChildren(...shown.map(({ row, number }) => {
    const option = made("div");
    option.append(made("u", hex(row[1])), made("span", row[0]));
    addItem("wat", [option], number, row[3]);
    return option;
  }));
  if (!shown.length) sayEmpty("wat", "This part is for tools: it has no text.");
}

/** @param {{row: Module["rows"][0], number: number}[]} shown @param {number} start @param {number} end */
function showBytes(shown, start, end) {
  const width = parent !== window || matchMedia("(max-width: 1150px)").matches ? 8 : 16;
  const list = byId("bytes");
  list.style.width = `${3 * width}ch`;
  const last = Math.min(end, bytes.length);
  const first = start - (start % width);
  byId("offsets").textContent = Array.from({ length: Math.ceil((last - first) / width) }, (_, n) => hex(first + n * width, 4)).join("\n");
  const parts = [made("span", "   ".repeat(start - first))];
  parts[0].style.whiteSpace = "pre";
  let place = start;
  const group = (/** @type {number} */ to, /** @type {number} */ row, /** @type {number} */ line) => {
    if (to <= place) return;
    const span = made("span", Array.from(bytes.subarray(place, to), (byte) => `${hex(byte, 2)} `).join(""), row < 0 ? "faint" : "");
    addItem("bytes", [span], row, line);
    parts.push(span);
    place = to;
  };
  for (const { row, number } of shown) {
    group(row[1], -1, -1); // sizes and counts that have no text
    group(Math.min(row[2], last), number, row[3]);
  }
  group(last, -1, -1);
  list.replaceChildren(...parts);
}

/** Mark one item and all that belongs to it. @param {string} pane @param {number} index @param {boolean} [follow] */
function mark(pane, index, follow = true) {
  const chosen = items[pane][index];
  if (!chosen) return;
  document.querySelectorAll(".marked, .current").forEach((element) => {
    element.classList.remove("marked", "current");
    element.removeAttribute("aria-selected");
  });
  const belongs = (/** @type {Item} */ item) => item === chosen
    || (chosen.row >= 0 && item.row === chosen.row)
    || (chosen.line >= 0 && item.line === chosen.line && (chosen.row < 0 || item.row < 0));
  for (const name of PANES) {
    const marked = items[name].filter(belongs);
    marked.forEach((item) => item.elements.forEach((element) => {
      element.classList.add("marked");
      element.setAttribute("aria-selected", "true");
    }));
    if (marked.length) at[name] = items[name].indexOf(name === pane ? chosen : marked[0]);
    const shown = items[name][at[name]]?.elements[0];
    if (shown && marked.length) byId(name).setAttribute("aria-activedescendant", shown.id);
    if (shown && marked.length && (follow || name !== pane)) reveal(name, shown);
  }
  chosen.elements.forEach((element) => element.classList.add("current"));
  sessionStorage.setItem(KEPT, JSON.stringify([module.parts[Number(select("part").value)][0], module.lines[chosen.line]]));
  tell(chosen);
}

/** Scroll a column, not the page. @param {string} pane @param {HTMLElement} element */
function reveal(pane, element) {
  const box = pane === "bytes" ? /** @type {HTMLElement} */ (byId("bytes").parentElement) : byId(pane);
  const outer = box.getBoundingClientRect();
  const inner = element.getBoundingClientRect();
  const margin = inner.height + 4;
  if (inner.top >= outer.top + margin && inner.bottom <= outer.bottom - margin) return;
  box.scrollTop += inner.top - outer.top - outer.height / 3;
}

/** Say in words what is marked. @param {Item} chosen */
function tell(chosen) {
  const rows = items.wat.filter((item) => (chosen.row >= 0 ? item.row === chosen.row : chosen.line >= 0 && item.line === chosen.line));
  const told = byId("told");
  const place = chosen.line >= 0 ? module.lines[chosen.line] : null;
  const where = place ? `${module.files[place[0]][0]}:${place[1]}` : "";
  if (chosen.row >= 0) {
    const [text, start, end] = module.rows[chosen.row];
    const word = text.trim().replace(/^\(/, "").split(/[ )]/)[0];
    const help = data.words[word] ?? data.words[word.replace(/^[if](32|64)\./, "*.")] ?? "";
    const shown = Array.from(bytes.subarray(start, Math.min(end, start + 12)), (byte) => hex(byte, 2)).join(" ");
    told.replaceChildren(made("code", text.trim().slice(0, 90)), ` = ${many(end - start, "byte")} at 0x${hex(start)}: `,
      made("code", shown + (end - start > 12 ? " ..." : "")), `${where ? `, from ${where}` : ""}. ${help}`);
  } else if (rows.length) {
    const size = rows.reduce((sum, item) => sum + module.rows[item.row][2] - module.rows[item.row][1], 0);
    told.replaceChildren(made("code", where), ` became ${many(rows.length, "line")} of text and ${many(size, "byte")}.`);
  } else {
    const inBytes = items.bytes.includes(chosen);
    told.textContent = inBytes ? "Sizes, counts and headers: they say how long what follows is." : "No code stands for this line.";
  }
}

/** @param {KeyboardEvent} event */
function walk(event) {
  const pane = /** @type {HTMLElement} */ (event.currentTarget).id;
  /** @type {Record<string, number>} */
  const steps = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1, PageDown: 15, PageUp: -15, Home: -Infinity, End: Infinity };
  const step = steps[event.key];
  if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  mark(pane, Math.min(Math.max(at[pane] + step, 0), items[pane].length - 1));
}

/** @param {MouseEvent} event */
function point(event) {
  const spot = `${event.clientX},${event.clientY}`;
  if (event.type === "pointermove" && spot === rested) return; // the page moved, not the hand
  rested = spot;
  const pane = /** @type {HTMLElement} */ (event.currentTarget).id;
  const option = /** @type {HTMLElement} */ (event.target).closest("[role=option]");
  if (option instanceof HTMLElement) mark(pane, Number(option.dataset.item), false);
}

function switchTheme() {
  const root = document.documentElement;
  root.dataset.theme = isDark() ? "light" : "dark";
  nameTheme();
}

function nameTheme() {
  byId("theme").textContent = isDark() ? "Light" : "Dark";
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

if (parent !== window) document.documentElement.dataset.panel = "";
select("module").replaceChildren(...data.modules.map(({ name }) => made("option", name)));
/** @type {HTMLElement} */ (select("module").parentElement).hidden = data.modules.length < 2;
select("module").addEventListener("change", showModule);
select("part").addEventListener("change", showPart);
nameTheme();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", nameTheme);
byId("theme").addEventListener("click", switchTheme);
for (const pane of PANES) {
  byId(pane).addEventListener("pointermove", point);
  byId(pane).addEventListener("click", point);
  byId(pane).addEventListener("keydown", walk);
}
matchMedia("(max-width: 1150px)").addEventListener("change", showPart);
showModule();
