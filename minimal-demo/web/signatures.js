/** Reads the types of a module's functions out of its bytes: JavaScript itself does not tell them. */

/**
 * @typedef {{params: string[], results: string[]}} Signature
 * @typedef {{imports: Map<string, Signature>, exports: Map<string, Signature>}} Signatures
 */

const TYPE_SECTION = 1;
const IMPORT_SECTION = 2;
const FUNCTION_SECTION = 3;
const EXPORT_SECTION = 7;
const FUNCTION = 0;
const PLAIN_FUNCTION_TYPE = 0x60;

/** @type {Record<number, string>} */
const VALUE_TYPES = { 0x7f: 'i32', 0x7e: 'i64', 0x7d: 'f32', 0x7c: 'f64', 0x70: 'funcref', 0x6f: 'externref' };

/**
 * Return the types of the imported functions by `module.name`, and of the exported ones by name.
 * What C does not make (garbage-collected types, several memories in one import) ends the reading: the rest is left out.
 * @param {BufferSource} bytes
 * @returns {Signatures}
 */
export function signaturesOf(bytes) {
  /** @type {Signatures} */
  const found = { imports: new Map(), exports: new Map() };
  try {
    read(new Reader(bytes), found);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return found;
}

/** @type {(reader: Reader, found: Signatures) => void} */
function read(reader, { imports, exports }) {
  /** @type {Signature[]} */
  let types = [];
  /** @type {Signature[]} in the order of their indices, the imported ones first */
  const functions = [];
  reader.at = 8; // behind "\0asm" and the version
  while (!reader.isAtEnd) {
    const id = reader.byte();
    const end = reader.number() + reader.at;
    if (id === TYPE_SECTION) types = reader.vector(() => signature(reader));
    if (id === IMPORT_SECTION) {
      reader.vector(() => {
        const name = `${reader.name()}.${reader.name()}`;
        const type = importedFunction(reader, types);
        if (type) imports.set(name, type);
        if (type) functions.push(type);
      });
    }
    if (id === FUNCTION_SECTION) functions.push(...reader.vector(() => types[reader.number()]));
    if (id === EXPORT_SECTION) {
      reader.vector(() => {
        const [name, kind, index] = [reader.name(), reader.byte(), reader.number()];
        if (kind === FUNCTION) exports.set(name, functions[index]);
      });
    }
    reader.at = end;
  }
}

/** @param {Reader} reader */
function signature(reader) {
  if (reader.byte() !== PLAIN_FUNCTION_TYPE) throw new RangeError('not the type of a function');
  return { params: reader.vector(() => valueType(reader)), results: reader.vector(() => valueType(reader)) };
}

/** @param {Reader} reader */
function valueType(reader) {
  const type = VALUE_TYPES[reader.byte()];
  if (!type) throw new RangeError('not a type of plain WebAssembly');
  return type;
}

/** @type {(reader: Reader, types: Signature[]) => Signature | undefined} */
function importedFunction(reader, types) {
  const kind = reader.byte();
  if (kind === FUNCTION) return types[reader.number()];
  if (kind === 1) reader.byte(); // a table: the type of its elements, then its limits
  if (kind === 1 || kind === 2) {
    const hasMaximum = reader.byte() & 1;
    reader.number();
    if (hasMaximum) reader.number();
  } else {
    reader.byte();
    reader.byte();
  }
  return undefined;
}

/** Reads numbers and names one after the other; beyond the end it throws a RangeError. */
class Reader {
  at = 0;

  /** @param {BufferSource} bytes */
  constructor(bytes) {
    this.view = bytes instanceof ArrayBuffer ? new DataView(bytes) : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd() {
    return this.at >= this.view.byteLength;
  }

  byte() {
    return this.view.getUint8(this.at++);
  }

  /** An unsigned number in LEB128: seven bits a byte, the lowest first. */
  number() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  name() {
    const length = this.number();
    const bytes = Uint8Array.from({ length }, () => this.byte());
    return new TextDecoder().decode(bytes);
  }

  /**
   * @template T
   * @param {() => T} item
   * @returns {T[]}
   */
  vector(item) {
    const count = this.number();
    const items = [];
    while (items.length < count) items.push(item());
    return items;
  }
}
