/** C calls JavaScript, in three ways. */

/** @type {import('../example.js').Run} */
export async function run({ start, print, field }) {
  const program = await start('callbacks', { tell: (/** @type {string} */ part) => print(`js_tell hears: ${part}`) });

  const count = Number(field('count'));
  const visit = program.addFunction((/** @type {number} */ number) => {
    print(`C calls visit(${number})`);
    return number * number;
  }, 'ii');
  print(`addFunction put visit into the table at ${visit}`, 'note');
  print(`for_each(${count}, visit) returns ${program._for_each(count, visit)}`);
  program.removeFunction(visit);

  const part = program.ccall('part_of_day', 'string', [], []);
  print(`part_of_day() returns "${part}"`);
  print(`largest(3, 8), by EM_ASM, returns ${program._largest(3, 8)}`);
}
