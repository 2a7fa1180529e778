// Makes Python start fast: node prepare.mjs <pyodide folder> <harness.zip> <folder for what is made>
//
// Compiles the standard library and the harness with the very Python that will run them, and takes a
// picture of its memory with both loaded. What is made fits this Pyodide and this harness only.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pathToFileURL } from "node:url";

// The worker does the same: a Python with stack switching is another one.
for (const name of ["Suspending", "promising"]) Reflect.deleteProperty(WebAssembly, name);

const [folder, harness, out] = process.argv.slice(2);
process.argv[1] = "./this.program"; // os.environ["_"], as in a browser: the picture tells no path of this machine
const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
const { info } = JSON.parse(readFileSync(join(folder, "pyodide-lock.json"), "utf8"));

const HARNESS = "/lib/learner_harness.zip"; // where the worker puts it too
const PAGE = 1 << 14; // bytes; the worker knows it too
const WARM = `abc ast asyncio bisect calendar cmath collections contextlib copy csv dataclasses datetime decimal
  enum fractions functools heapq inspect io itertools json math numbers operator os pathlib pprint random re
  statistics string sys textwrap time traceback types typing`;

const options = { packageBaseUrl: "./", lockFileContents: { info, packages: {} }, stdout() {}, stderr() {} };

// Unchecked, hash-based .pyc files with one date: the same bytes every time. Packed, since the picture of the
// memory holds most of what is ever imported. Each knows the path where it will lie, by which a traceback
// tells the library's lines from a learner's.
const COMPILE = `
import importlib.util, sys, zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

def compile_zip(source, target, place):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in sorted(name for name in old.namelist() if not name.endswith("/")):
            data = old.read(name)
            if name.endswith(".py"):
                code = compile(data, f"{place}/{name}", "exec", dont_inherit=True, optimize=0)
                data = bytes(_code_to_hash_pyc(code, importlib.util.source_hash(data), checked=False))
                name += "c"
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 9)

compile_zip("/library.zip", "/library.new", f"/lib/python{sys.version_info.major}{sys.version_info.minor}.zip")
compile_zip("/harness.zip", "/harness.new", ${JSON.stringify(HARNESS)})
`;

const compiler = await loadPyodide({ ...options, indexURL: folder });
compiler.FS.writeFile("/library.zip", readFileSync(join(folder, "python_stdlib.zip")));
compiler.FS.writeFile("/harness.zip", readFileSync(harness));
compiler.runPython(COMPILE);
const compiled = compiler.FS.readFile("/harness.new");
writeFileSync(join(out, "python_stdlib.zip"), compiler.FS.readFile("/library.new"));
writeFileSync(join(out, "harness.zip"), compiled);

const warm = await loadPyodide({
  ...options, indexURL: folder, stdLibURL: join(out, "python_stdlib.zip"), _makeSnapshot: true,
});
warm.FS.writeFile(HARNESS, compiled);
warm.runPython(`
import gc, importlib, sys
sys.path.append(${JSON.stringify(HARNESS)})
for name in ${JSON.stringify(WARM)}.split():
    importlib.import_module(name)
import learner_harness.bridge
gc.collect()
`);
writeFileSync(join(out, "snapshot.bin.gz"), gzipSync(sparse(warm.makeMemorySnapshot()), { level: 9 }));

// More than half of the memory is zeros: how long it is, then each page that holds anything behind its number.
function sparse(memory) {
  const chunks = [Uint32Array.of(memory.length)];
  for (let at = 0; at < memory.length; at += PAGE) {
    const page = new Uint8Array(PAGE);
    page.set(memory.subarray(at, at + PAGE));
    if (page.some(byte => byte)) chunks.push(Uint32Array.of(at / PAGE), page);
  }
  return Buffer.concat(chunks.map(({ buffer }) => new Uint8Array(buffer)));
}
