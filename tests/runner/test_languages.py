"""JavaScript, TypeScript and SQL in the same protocol as Python: the same events, the same results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Room

OPEN = """
window.runners ??= {};
window.runners[argument] ??= new Runner({ language: argument, spare: false });
await window.runners[argument].init();
await window.runners[argument].reset();
"""

RUN = """
const [language, code, options] = argument;
const { result, events } = await window.runners[language].run(code, options);
return { result, events };
"""


@pytest.fixture(scope="module")
def languages(open_room: Callable[..., Room]) -> Room:
    """Return a page whose runners are kept by their language."""
    return open_room()


@pytest.fixture
def ran(languages: Room) -> Callable[..., dict[str, Any]]:
    """Return a function that runs code in a language, with nothing left of earlier tests."""
    opened: set[str] = set()

    def run(language: str, code: str, **options: Any) -> dict[str, Any]:
        if language not in opened:
            languages.value(OPEN, language)
            opened.add(language)
        told: dict[str, Any] = languages.value(RUN, [language, code, options])
        return told

    return run


Ran = Callable[..., dict[str, Any]]


def shown(told: dict[str, Any]) -> list[str]:
    return [e["data"]["text/plain"] for e in told["events"] if e["type"] == "execute_result"]


def test_an_unknown_language_is_an_error_that_names_the_known_ones(languages: Room) -> None:
    error = languages.do("new Runner({ language: 'perl' })")["error"]
    assert error == {
        "name": "LanguageUnknown",
        "message": 'there is no language "perl"; known are python, javascript, typescript, sql',
    }


@pytest.mark.in_chromium
@pytest.mark.parametrize(
    ("language", "asked", "message"),
    [
        ("javascript", "run('1', { trace: true })", "JavaScript has no steps here; only: Python"),
        ("sql", "run('select 1', { watch: ['x'] })", "SQL has no watched names here; only: Python"),
        ("sql", "writeFile('a.txt', '')", "SQL has no files here; only: Python, JavaScript, TypeScript"),
        ("sql", "getVariable('x')", "SQL has no names to read here; only: Python, JavaScript, TypeScript"),
        ("python", "call('export_database')", "Python has no database to keep here; only: SQL"),
    ],
)
def test_what_a_language_cannot_do_is_an_error_that_names_those_that_can(
    languages: Room, language: str, asked: str, message: str
) -> None:
    told = languages.do(f"return new Runner({{ language: '{language}' }}).{asked}")
    assert told == {"error": {"name": "NotSupported", "message": message}}


@pytest.mark.parametrize(
    ("code", "output", "value"),
    [
        ("const a = 6\nlet b = a + 1\na * b", "", ["42"]),
        (
            "console.log('%s!', 'a', [1, { b: new Map([[1, 2]]) }])",
            "a! [ 1, { b: Map(1) { 1 => 2 } } ]\n",
            [],
        ),
        (
            "Promise.resolve().then(() => console.log('b')); console.log('a')\n"
            "setTimeout(() => console.log('c'), 5); 0",
            "a\nb\nc\n",
            ["0"],
        ),
        ("const { x, y: [z] } = await Promise.resolve({ x: 1, y: [2] })\nx + z", "", ["3"]),
        ("for (var i = 0; i < 2; i++) { var k = i }\nf()\nfunction f() { console.log(i, k) }", "2 1\n", []),
        ("class A { x = 1 }\nnew A()", "", ["A { x: 1 }"]),
        ("console.group('g'); console.warn('w'); console.groupEnd()", "g\n  w\n", []),
        ("prompt('n? ')", "n? Ada\n", ["'Ada'"]),
    ],
    ids=["names", "format", "order", "await", "var", "class", "group", "prompt"],
)
def test_javascript_keeps_its_order_its_names_and_its_values(
    ran: Ran, code: str, output: str, value: list[str]
) -> None:
    told = ran("javascript", code, stdin=["Ada"])
    assert (told["result"].get("error"), told["result"]["output"], shown(told)) == (None, output, value)


@pytest.mark.parametrize(
    ("code", "name", "line"),
    [
        ("let o\nfunction g() {\n  return o.x\n}\ng()", "TypeError", 3),
        ("const q = 1\n\nq = 2", "TypeError", 3),
        ("let x = 1\nlet y = (2\nlet z = 3", "SyntaxError", 3),
        ("1\nsetTimeout(() => {\n  throw new RangeError('late') }, 5)", "RangeError", 3),
        ("\nPromise.reject(new RangeError('lost'))", "RangeError", 2),
        ("import x from 'y'", "SyntaxError", 1),
        ("tt\nlet tt = 1", "ReferenceError", 1),
    ],
    ids=["function", "const", "syntax", "timer", "promise", "import", "early"],
)
def test_a_mistake_in_javascript_is_told_at_its_line(ran: Ran, code: str, name: str, line: int) -> None:
    events = ran("javascript", code)["events"]
    assert [(e["ename"], e["line"]) for e in events if e["type"] == "error"] == [(name, line)]


def test_names_stay_until_reset_and_a_stop_ends_the_worker(languages: Room, ran: Ran) -> None:
    ran("javascript", "let n = 41")
    assert shown(ran("javascript", "n + 1")) == ["42"]
    waiting = ran("javascript", "await new Promise(() => {})", timeoutMs=100)["result"]["error"]["name"]
    assert (waiting, shown(ran("javascript", "n"))) == ("TimeLimitExceeded", ["41"])
    busy = ran("javascript", "console.log('so far')\nwhile (true);", timeoutMs=200)
    assert busy["result"]["error"]["name"] == "TimeLimitExceeded"
    assert {"type": "status", "state": "restarted"} in busy["events"]
    assert ran("javascript", "n")["result"]["error"]["name"] == "ReferenceError"
    many = ran("javascript", "for (let i = 0; i < 100_000; i++) console.log(i)")["result"]["output"]
    assert (many.count("\n"), many.endswith("99999\n")) == (100_000, True)
    network = ran("javascript", f"await fetch('{languages.server.address}/secret')")["result"]
    assert network["error"]["name"] == "TypeError"


def test_files_are_shared_with_a_program_in_javascript(languages: Room, ran: Ran) -> None:
    ran("javascript", "0")
    script = """
    const runner = window.runners.javascript;
    await runner.writeFile('data/in.txt', 'gr\u00fc\u00df');
    const code = `const fs = require('node:fs')
      fs.writeFileSync('data/out.txt', fs.readFileSync('./data/in.txt', 'utf8').toUpperCase())
      await fs.promises.appendFile('data/out.txt', '!')
      fs.readdirSync('.').join() + fs.existsSync('no')`;
    const { events } = await runner.run(code);
    await runner.call('write_bytes', 'b', 'AP8=');
    const told = events.filter(({ type }) => type === 'execute_result').map(({ data }) => data['text/plain']);
    const [text, bytes] = [await runner.readFile('data/out.txt'), await runner.call('read_bytes', 'b')];
    return [told, await runner.listFiles('data'), text, bytes];
    """
    assert languages.value(script) == [["'datafalse'"], ["in.txt", "out.txt"], "GR\u00dcSS!", "AP8="]
    missing = languages.do("return window.runners.javascript.readFile('nope')")["error"]
    assert missing == {"name": "FileNotFoundError", "message": "there is no file 'nope'"}
    wrong = ran("javascript", "require('http')")["result"]["error"]
    assert wrong["message"] == "there is no module 'http' here: only 'fs'"


def test_typescript_loses_its_types_and_keeps_its_lines(ran: Ran) -> None:
    code = "interface P { x: number }\nenum E { A, B }\nconst p: P = { x: 41 }\nE.B + (p as P).x"
    assert shown(ran("typescript", code)) == ["42"]
    wrong = ran("typescript", "type T = 1\nlet x: = 3")["events"]
    assert [(e["ename"], e["line"]) for e in wrong if e["type"] == "error"] == [("SyntaxError", 2)]


def test_sql_gives_tables_and_its_database_comes_and_goes(languages: Room, ran: Ran) -> None:
    told = ran(
        "sql",
        "create table t(a, b);\n-- two rows\ninsert into t values (1, 'x;'), (2, null);\nselect * from t",
    )
    (result,) = (e["data"] for e in told["events"] if e["type"] == "execute_result")
    table = {"fields": ["a", "b"], "rows": [[1, "x;"], [2, None]], "total": 2}
    assert (result["application/vnd.wasmlab.table+json"], told["result"]["output"]) == (
        table,
        "2 rows changed\n",
    )
    wrong = ran("sql", "select 1;\n\nselect nope from t")["events"][-2]
    assert (wrong["evalue"], wrong["line"], wrong["column"]) == ("no such column: nope", 3, 7)
    script = """
    const sql = window.runners.sql;
    const kept = await sql.call('export_database');
    await sql.reset();
    const empty = await sql.call('variables');
    await sql.call('import_database', kept);
    return [empty, await sql.call('variables')];
    """
    assert languages.value(script) == [{}, {"t": {"type": "table", "text": "2 rows: a, b"}}]
