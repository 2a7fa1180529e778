/** Runs main with what is in the fields; a fresh instance, for main is called once. */

/** @type {import('../example.js').Run} */
export async function run({ start, print, field }) {
  const input = new TextEncoder().encode(field('stdin'));
  let next = 0;
  await new Promise((done, fail) => {
    start('hello_stdio', {
      arguments: field('args').split(' ').filter(Boolean),
      stdin: () => (next < input.length ? input[next++] : null), // null is the end of the file
      onExit: (/** @type {number} */ code) => {
        print(`exit code ${code}`, 'note');
        done(undefined);
      },
    }).catch(fail);
  });
}
