// Runs the tables inside Pyodide: node pyodide_tables.mjs <pyodide folder> <harness folder> <tables folder>.
// Prints one JSON object: table -> name of the case -> what is wrong with it, or an empty text.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodideFolder, harness, tables] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(pyodideFolder, "pyodide.mjs")).href);
const pyodide = await loadPyodide({ indexURL: pyodideFolder, stdout: () => {}, stderr: () => {} });
pyodide.FS.mkdirTree("/room");
pyodide.mountNodeFS("/room/learner_harness", harness); // any name will do: all imports are relative
pyodide.mountNodeFS("/room/tables", tables);
const report = await pyodide.runPythonAsync(`
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, "/room")
import json, warnings
warnings.simplefilter("ignore")
import learner_harness as harness
from tables.case import run_case
from tables.contract import CONTRACT
from tables.hostile import HOSTILE, run_hostile
from tables.wrong_programs import WRONG, explanation_of

report = {"contract": {}, "hostile": {}, "wrong": {}}
for case in CONTRACT:
    told = await run_case(harness, case)
    report["contract"][case.name] = "" if told == case.expected else f"{told} is not {case.expected}"
for hostile in HOSTILE:
    if not hostile.through_c:
        report["hostile"][hostile.name] = await run_hostile(harness, hostile)
for wrong in WRONG:
    if wrong.in_pyodide:
        told = await explanation_of(harness, wrong.program)
        same = told is not None and (told["id"], told["what"]) == (wrong.id, wrong.what)
        report["wrong"][wrong.program] = "" if same else f"{told} is not {(wrong.id, wrong.what)}"
report["python"] = sys.version
json.dumps(report)
`);
console.log(report);
