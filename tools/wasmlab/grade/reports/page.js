// Sorts the class by the column whose head is pressed; pressed again, it goes the other way round.

const SORTED = 4; // what stands in the columns behind is for reading
/** @type {HTMLTableElement | null} */
const table = document.querySelector('table.class');
const [head, ...rows] = table?.rows ?? [];
const places = new Map(rows.map((row, place) => [row, place])); // by name, as a list of people stands

/**
 * @param {HTMLTableRowElement} row
 * @param {number} column
 * @returns {number | string}
 */
function valueOf(row, column) {
  const { textContent } = row.cells[column];
  if (column === 0) return places.get(row) ?? 0;
  return head.cells[column].classList.contains('number') ? Number.parseFloat(textContent) || 0 : textContent;
}

/** @param {number} column */
function sortBy(column) {
  const cell = head.cells[column];
  const turn = cell.ariaSort === 'ascending' ? -1 : 1;
  for (const other of head.cells) other.ariaSort = null;
  cell.ariaSort = turn > 0 ? 'ascending' : 'descending';
  const keyed = rows.map((row) => ({ row, value: valueOf(row, column) }));
  keyed.sort((a, b) => turn * (a.value < b.value ? -1 : Number(a.value > b.value)));
  head.after(...keyed.map(({ row }) => row));
}

for (const [column, cell] of [...head?.cells ?? []].slice(0, SORTED).entries()) {
  const button = document.createElement('button');
  button.append(...cell.childNodes);
  button.addEventListener('click', () => sortBy(column));
  cell.append(button);
}
if (head) head.cells[0].ariaSort = 'ascending';
