/** Why a package cannot be had, and what gets it: the words of the page, from what it knows of the lesson's lock. */

/** @typedef {import('./packages.js').Index} Index */
/** @typedef {{id: string, what: string, hint: string}} Explanation */

/** @param {string} name */
export const canonical = name => name.replace(/[-_.]+/g, '-').toLowerCase();

/** Whose a module is: a pinned package's, a well-known one's, or one of the same name. @type {(index: Index, module: string) => string} */
export function packageOf(index, module) {
  const pinned = Object.values(index.packages).find(({ imports }) => imports.includes(module));
  return pinned?.name ?? (Object.hasOwn(index.modules, module) ? index.modules[module] : canonical(module));
}

/** @type {(index: Index, name: string) => string} */
export const notFetched = (index, name) => index.problem
  ? `cannot be used: ${index.problem}` : `has not been fetched: wasmlab setup pyodide --package ${name}`;

/** @type {(index: Index, name: string) => string} */
export function notAllowed({ allowed, lesson }, name) {
  const those = allowed.length ? `it allows ${allowed.join(', ')}` : 'it allows none';
  return `the lesson does not allow the package ${JSON.stringify(name)} (${those}): add it to packages in ${lesson}/lesson.toml, then: wasmlab setup pyodide --package ${name}`;
}

/**
 * What to tell of a module that is not there; null where no package is known by its name.
 * @type {(index: Index, name: string, module: string) => {what: string, hint: string} | null}
 */
export function lacking(index, name, module) {
  const whose = name === module ? `The package \`${name}\`` : `\`${module}\` is a part of the package \`${name}\`, which`;
  const command = `\`wasmlab setup pyodide --package ${name}\``;
  if (index.allowed.includes(name)) {
    if (index.problem) return { what: `${whose} cannot be used.`, hint: index.problem };
    if (!index.packages[name]?.here) return { what: `${whose} has not been fetched to this machine.`, hint: `Run ${command} in a terminal, then reload the page.` };
    return { what: `${whose} is here, but this program has not installed it.`, hint: `Write \`import ${module}\` on a line of its own at the top.` };
  }
  if (!Object.hasOwn(index.modules, module)) return null;
  return {
    what: `${whose} does not come with Python, and this lesson does not allow it.`,
    hint: `Add "${name}" to packages in ${index.lesson}/lesson.toml, then run ${command}, and reload the page.`,
  };
}

/**
 * Why micropip did not get a package; null where the message says it itself.
 * @type {(index: Index | null, online: boolean, message: string, why: string) => Explanation | null}
 */
export function ofMicropip(index, online, message, why) {
  const wheelless = /^Can't find a pure Python 3 wheel for(?: requirement)? '([^']+)'/.exec(message)?.[1];
  if (wheelless) {
    return { id: 'package-missing', what: `\`${wheelless}\` has no wheel that fits the Python in a page: it comes only as sources, or has parts in C for other machines.`, hint: 'Take another package.' };
  }
  const name = /^Can't fetch metadata for '([^']+)'/.exec(message)?.[1];
  if (!name || !index) return null;
  const pinned = index.allowed.includes(canonical(name)) && lacking(index, canonical(name), name);
  if (pinned) return { id: 'package-missing', ...pinned };
  if (index.index.length) return { id: 'package-missing', what: `The lesson's index has not given \`${name}\`: ${why || 'it does not know it'}.`, hint: 'Check how the name is written, and whether this machine is online.' };
  if (online) return null;
  const { lesson } = index;
  return {
    id: 'network-not-granted',
    what: `\`${name}\` is not among the packages of this lesson, and its programs have no network to fetch it.`,
    hint: `Add "${name}" to packages in ${lesson}/lesson.toml, then run \`wasmlab setup pyodide --package ${name}\`, and reload the page. With package_index there, micropip may fetch what no lock pins.`,
  };
}
