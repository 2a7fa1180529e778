/** What could come next while a name is typed; found without calling anything of the program. */

const MOST = 300;

/**
 * @param {string} before the line up to the cursor
 * @param {any} scope the global object
 * @returns {{length: number, options: {label: string, type: string}[]}}
 */
export function complete(before, scope) {
  const path = (/(?:[\p{L}_$][\p{L}\p{N}_$]*\s*\.\s*)*[\p{L}_$]?[\p{L}\p{N}_$]*$/u.exec(before)?.[0] ?? '').split('.').map(part => part.trim());
  const begun = path.pop() ?? '';
  let value = scope;
  for (const name of path) value = propertyOf(value, name)?.value;
  const options = new Map();
  for (let at = value === null || value === undefined ? null : Object(value); at; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (name.startsWith(begun) && !options.has(name)) options.set(name, { label: name, type: typeof Object.getOwnPropertyDescriptor(at, name)?.value });
    }
  }
  return { length: begun.length, options: [...options.values()].slice(0, MOST) };
}

/** @type {(value: any, name: string) => PropertyDescriptor | undefined} */
function propertyOf(value, name) {
  for (let at = value === null || value === undefined ? null : Object(value); at; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found) return found;
  }
  return undefined;
}
