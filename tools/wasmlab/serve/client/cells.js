// Makes each program of a page that can be run a live cell, where a lesson of the course has cells.
const address = document.querySelector('meta[name=wasmlab-cells]')?.getAttribute('content');

/** @param {Element} program */
function bringToLife(program) {
  const cell = document.createElement('wasmlab-cell');
  for (const name of ['language', 'title']) {
    const value = program.getAttribute(`data-${name}`);
    if (value) cell.setAttribute(name, value);
  }
  cell.textContent = program.textContent;
  program.replaceWith(cell);
}

if (address) {
  import(address).then(() => {
    document.querySelectorAll('pre.exec').forEach(bringToLife);
    document.documentElement.dataset.cells = 'live';
  }, () => { document.documentElement.dataset.cells = 'failed'; });
}
