/** Files that came along, that were given, and that are kept. */

/** @type {import('../example.js').Run} */
export async function run({ start, print, field, section }) {
  const program = await start('files');
  const show = (/** @type {string} */ path) => program.ccall('show', 'number', ['string'], [path]);

  print('/poem.txt came with the program:', 'note');
  show('/poem.txt');

  const picked = await pickedFile(section);
  if (picked) {
    print(`/given.txt is your ${picked.name}:`, 'note');
    program.FS.writeFile('/given.txt', new Uint8Array(await picked.arrayBuffer()));
    show('/given.txt');
  }

  print('/saved is kept in the browser’s database, over a reload:', 'note');
  program._mount_saved();
  await synchronise(program, true);
  if (field('note')) program.ccall('append', 'number', ['string', 'string'], ['/saved/notes.txt', field('note')]);
  show('/saved/notes.txt');
  await synchronise(program, false);

  print('and one that is not there:', 'note');
  show('/nowhere.txt');
}

/**
 * @param {import('../glue.js').Program} program
 * @param {boolean} load from the database, or to it
 */
function synchronise(program, load) {
  return new Promise((done, fail) => {
    program.FS.syncfs(load, (/** @type {unknown} */ error) => (error ? fail(error) : done(undefined)));
  });
}

/** @param {HTMLElement} section */
async function pickedFile(section) {
  const input = /** @type {HTMLInputElement} */ (section.querySelector('[name=picked]'));
  return input.files?.[0] ?? null;
}
