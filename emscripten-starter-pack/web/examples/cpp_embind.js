/** A class of C++, used as if it were one of JavaScript's. */

/** @type {import('../example.js').Run} */
export async function run({ start, print, field }) {
  const { Account } = await start('cpp_embind');
  const account = new Account(field('owner'));
  account.put(Number(field('put')));
  print(`${account.owner} has ${account.balance} after put(${field('put')})`);
  const taken = account.take(Number(field('take')));
  print(`take(${field('take')}) says ${taken}, and ${account.balance} is left`);
  print(`take(1e9) says ${account.take(1e9)}: no credit`);
  print(`${account.entries()} entries in the C++ vector`);
  account.delete();
  try {
    account.put(1);
  } catch (error) {
    print(`after delete(): ${error instanceof Error ? error.message : error}`, 'note');
  }
}
