/** The commands that build an example, read from the scripts: what is shown is what is run. */

/** @type {Map<string, Promise<string[]>>} */
const scripts = new Map();

/**
 * @param {string} target
 * @returns {Promise<string>} its commands, a line each; an empty text where the scripts have none
 */
export async function commandOf(target) {
  const all = await linesOf('build.sh');
  const start = all.indexOf(`# ${target}`);
  if (start >= 0) return plain(all[start + 1]);
  const own = await linesOf(`build_${target}.sh`); // a target of clang has a script of its own
  return own.filter(line => line.startsWith('${')).map(plain).join('\n');
}

/** @param {string} name @returns {Promise<string[]>} */
function linesOf(name) {
  const known = scripts.get(name) ?? read(name);
  scripts.set(name, known);
  return known;
}

/** @param {string} name */
async function read(name) {
  const response = await fetch(new URL(`../scripts/${name}`, import.meta.url)).catch(() => null);
  return response?.ok ? (await response.text()).split('\n') : [];
}

/** `${EMCC:-emcc}` lets a script take another compiler; one types the name alone. @param {string} line */
function plain(line) {
  return line.replace(/^\$\{\w+:-([^}]+)\}/, '$1');
}
