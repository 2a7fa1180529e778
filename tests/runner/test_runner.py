"""The runner's promises: whatever a page asks and whatever a program does, every call settles."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Room, Server

FOREVER = "n = 41\nwhile True: pass"


# Runs


def test_run_gives_the_result_and_the_events(room: Room) -> None:
    told = room.run("print('a')\n6 * 7")
    assert set(told["result"]) == {"output", "callstack", "runtime", "startTimestamp"}
    assert told["result"]["output"] == "a\n"
    kinds = [event["type"] for event in told["events"]]
    assert kinds == ["status", "stream", "statement", "execute_result", "statement", "status"]


def test_events_come_one_by_one_as_they_happen(room: Room) -> None:
    script = """
    const seen = [];
    const run = window.shared.run("print('a')\\nimport time\\ntime.sleep(0.3)\\nprint('b')");
    for await (const event of run) if (event.type === 'stream') seen.push([event.text, performance.now()]);
    const [[a, first], [b, second]] = seen;
    return [a, b, second - first > 200];
    """
    assert room.value(script) == ["a\n", "b\n", True]


def test_two_may_take_the_events_of_one_run(room: Room) -> None:
    script = """
    const run = window.shared.run("print('a')");
    const take = async () => { let n = 0; for await (const _ of run) n++; return n; };
    const [one, two, { events }] = await Promise.all([take(), take(), run]);
    return one === two && two === events.length;
    """
    assert room.value(script) is True


def test_runs_wait_for_each_other_and_keep_their_order(room: Room) -> None:
    script = """
    const runs = [0, 1, 2, 3].map(n => window.shared.run(`a = globals().get('a', '') + '${n}'\\na`));
    return (await Promise.all(runs)).map(({ events }) => events.at(-3).data['text/plain']);
    """
    assert room.value(script) == ["'0'", "'01'", "'012'", "'0123'"]


def test_an_option_that_does_not_fit_is_refused_and_nothing_has_run(room: Room) -> None:
    told = room.do("return window.shared.run('x = 1', { colour: 1 })")
    assert told["error"]["name"] == "ValueError"
    assert "unknown option 'colour'" in told["error"]["message"]
    assert room.run("x")["result"]["error"]["name"] == "NameError"


def test_code_that_is_no_text_is_refused(room: Room) -> None:
    assert room.do("return window.shared.run({})")["error"]["name"] == "Refused"


# Limits and Stop


def test_a_run_past_its_limit_is_a_result_with_its_output_and_its_names_stay(room: Room) -> None:
    told = room.run("print('so far')\n" + FOREVER, timeoutMs=300)
    assert told["result"]["error"]["name"] == "TimeLimitExceeded"
    assert told["result"]["output"] == "so far\n"
    assert [event["ename"] for event in told["events"] if event["type"] == "error"] == ["TimeLimitExceeded"]
    assert room.run("print(n)")["result"]["output"] == "41\n"


@pytest.mark.parametrize(
    "wait",
    ["while True: pass", "import time; time.sleep(60)", "import asyncio; await asyncio.sleep(60)"],
    ids=["busy", "sleeping", "awaiting"],
)
def test_interrupt_ends_a_program_and_its_names_stay(room: Room, wait: str) -> None:
    script = """
    const run = window.shared.run(argument);
    for await (const event of run) if (event.type === 'stream') window.shared.interrupt();
    return (await run).result.error.name;
    """
    assert room.value(script, f"n = 41\nprint('go')\n{wait}") == "KeyboardInterrupt"
    assert room.run("print(n)")["result"]["output"] == "41\n"


def test_interrupt_with_nothing_to_stop_does_nothing(room: Room) -> None:
    room.value("window.shared.interrupt()")
    assert "error" not in room.run("1")["result"]


def test_a_program_that_will_not_stop_is_ended_and_a_spare_takes_over(room: Room) -> None:
    script = """
    let spareIsReady;
    const sent = [];
    const stands = new Promise(resolve => { spareIsReady = resolve; });
    const runner = new Runner({ onMessage: (_, { type }, spare) => {
      if (type === 'INIT' || type === 'RUN') sent.push(type);
      if (type === 'READY' && spare) spareIsReady();
    } });
    const run = runner.run(argument, { timeoutMs: 60_000 });
    await stands;
    for await (const event of run) if (event.type === 'stream') runner.interrupt();
    const { result, events } = await run;
    const { result: { output } } = await runner.run('print(1)');
    runner.dispose();
    const restarted = events.some(({ state }) => state === 'restarted');
    return [result.error.name, restarted, output, sent.slice(0, sent.lastIndexOf('RUN'))];
    """
    stubborn = "while True:\n try:\n  print('go')\n  while True: pass\n except KeyboardInterrupt: pass"
    assert room.value(script, stubborn) == ["KeyboardInterrupt", True, "1\n", ["INIT", "RUN", "INIT"]]


def test_a_signal_stops_a_run_that_runs_one_that_waits_and_one_that_comes_too_late(room: Room) -> None:
    script = """
    const control = new AbortController();
    const options = { signal: control.signal };
    const runs = [window.shared.run(argument, options), window.shared.run('1', options)];
    for await (const event of runs[0]) if (event.type === 'status') control.abort();
    runs.push(window.shared.run('1', options));
    return (await Promise.all(runs)).map(({ result }) => result.error.name);
    """
    assert room.value(script, FOREVER) == ["KeyboardInterrupt"] * 3
    assert "error" not in room.run("1")["result"]


# What ends Python itself


@pytest.mark.parametrize(
    ("program", "name"),
    [
        ("import os; os._exit(0)", "PythonExited"),
        ("import ctypes; ctypes.string_at(0xfffffff0, 64)", "PythonCrashed"),
        ("a = []\nfor _ in range(200000): a = [a]\nrepr(a)", "RecursionError"),
    ],
)
def test_the_end_of_python_itself_is_a_result_and_the_next_run_works(
    room: Room, program: str, name: str
) -> None:
    told = room.run("print('before')\n" + program)
    assert (told["result"]["error"]["name"], told["result"]["output"]) == (name, "before\n")
    assert told["events"][-1]["ename"] == name
    assert room.run("print(1)")["result"]["output"] == "1\n"


@pytest.mark.in_chromium
def test_too_many_messages_end_the_run(room: Room) -> None:
    flood = "from pyodide.code import run_js\nrun_js('for (let i = 0; i < 200000; i++) postMessage(0)')"
    assert room.run(flood, timeoutMs=30_000)["result"]["error"]["name"] == "TooManyMessages"
    assert room.run("print(1)")["result"]["output"] == "1\n"


@pytest.mark.parametrize(
    "message", ["5", "null", "{}", "{type: 'EVENT', requestId: ID}", "{type: 'RUN_RESULT', requestId: 0}"]
)
def test_a_message_that_makes_no_sense_is_passed_over(room: Room, message: str) -> None:
    program = (
        f'from pyodide.code import run_js\nrun_js("postMessage({message.replace("ID", "1")})")\nprint(1)'
    )
    assert room.run(program)["result"]["output"] == "1\n"


def test_a_forged_result_has_the_shape_of_every_other(room: Room) -> None:
    forged = "{type: 'RUN_RESULT', requestId: id, result: {output: 5, error: {name: {}}}}"
    program = (
        f'from pyodide.code import run_js\nrun_js("for (let id = 0; id < 2000; id++) postMessage({forged})")'
    )
    result = room.run(program)["result"]
    assert (result["output"], result["callstack"]) == ("", [])
    assert isinstance(result["error"]["name"], str)
    assert room.run("print(1)")["result"]["output"] == "1\n"


# Names and files


def test_values_go_in_and_come_out(room: Room) -> None:
    value = {"a": [1, 2.5, None, True, "ü"], "b": {}}
    script = (
        "await window.shared.setVariable('v', argument); await window.shared.run('v[\"a\"].append((3,))')"
    )
    assert room.value(script + "; return window.shared.getVariable('v')", value) == {
        "a": [1, 2.5, None, True, "ü", [3]],
        "b": {},
    }


@pytest.mark.parametrize(
    ("call", "name", "message"),
    [
        ("getVariable('nope')", "LookupError", "there is no variable 'nope'"),
        ("setVariable('no name', 1)", "ValueError", "'no name' cannot be the name of a variable"),
        ("getVariable('print')", "LookupError", "there is no variable 'print'"),
        ("readFile('nope.txt')", "FileNotFoundError", "[Errno 44] No such file or directory: 'nope.txt'"),
        ("listFiles('nope')", "LookupError", "there is no folder 'nope'"),
    ],
)
def test_what_is_not_there_is_an_error(room: Room, call: str, name: str, message: str) -> None:
    assert room.do(f"return window.shared.{call}")["error"] == {"name": name, "message": message}


def test_a_value_without_a_plain_form_is_an_error(room: Room) -> None:
    room.run("import math\nbad = [math.inf]\nworse = []; worse.append(worse)")
    for name in ("math", "bad", "worse"):
        told = room.do("return window.shared.getVariable(argument)", name)
        assert told["error"]["name"] == "TypeError"


def test_files_are_shared_with_the_program(room: Room) -> None:
    script = """
    const runner = window.shared;
    await runner.writeFile('data/in.txt', 'grüß');
    await runner.run("open('data/out.txt', 'w').write(open('data/in.txt').read().upper())");
    return [await runner.listFiles('data'), await runner.readFile('data/out.txt')];
    """
    assert room.value(script) == [["in.txt", "out.txt"], "GRÜSS"]


def test_reset_forgets_the_names(room: Room) -> None:
    room.run("x = 1")
    room.value("await window.shared.reset()")
    assert room.run("x")["result"]["error"]["name"] == "NameError"


# input()

ASKED = """
const runner = window.asking = window.asking ?? new Runner({
  spare: false, onInput: (prompt, password) => window.answer(prompt, password, window.asking),
});
window.answer = eval(argument.answer);
const { result, events } = await runner.run(argument.code, argument.options ?? {});
return [result.output, result.error?.name ?? null];
"""


@pytest.mark.parametrize(
    ("answer", "code", "output", "error"),
    [
        ("prompt => prompt + 'ü'.repeat(9)", "print(input('a'))", "aaüüüüüüüüü\naüüüüüüüüü\n", None),
        ("() => null", "input()", "", "EOFError"),
        ("() => { throw new Error('no') }", "input()", "", "EOFError"),
        ("(p, w, runner) => new Promise(() => runner.interrupt())", "input()", "", "KeyboardInterrupt"),
        ("() => 'x'.repeat(70000)", "print(len(input()))", "x" * 70000 + "\n70000\n", None),
    ],
    ids=["answered", "declined", "failed", "interrupted", "long"],
)
def test_input_is_asked_of_the_page(
    room: Room, answer: str, code: str, output: str, error: str | None
) -> None:
    assert room.value(ASKED, {"answer": answer, "code": code}) == [output, error]


def test_the_time_in_which_a_person_thinks_does_not_count(room: Room) -> None:
    slow = "() => new Promise(resolve => setTimeout(resolve, 700, 'x'))"
    given = {"answer": slow, "code": "print(input())", "options": {"timeoutMs": 400}}
    assert room.value(ASKED, given) == ["x\nx\n", None]


# Beginning and end


def test_init_again_gives_the_same(room: Room) -> None:
    assert room.value("return await window.shared.init() === await window.shared.init()") is True


@pytest.mark.in_chromium
def test_loading_is_told_in_bytes_and_stages(room: Room) -> None:
    script = """
    const told = [];
    const runner = new Runner({ spare: false, onProgress: progress => told.push(progress) });
    await Promise.all([runner.init(), runner.init()]);
    runner.dispose();
    const bytes = told.filter(({ stage }) => stage === 'fetch');
    return [bytes.at(-1).loaded === bytes[0].total, [...new Set(told.map(({ stage }) => stage))]];
    """
    assert room.value(script) == [True, ["fetch", "code", "python", "session", "ready"]]


@pytest.mark.in_chromium
def test_missing_assets_are_named_and_init_can_be_tried_again(room: Room) -> None:
    script = """
    const runner = new Runner({ base: '/nowhere/', spare: false });
    const failed = await runner.run('1').then(() => null, error => error);
    const again = await runner.init().then(() => null, error => error);
    runner.base = new URL('/dist/python/', location.href).href;
    const { result } = await runner.run('print(1)');
    runner.dispose();
    return [failed.name, failed.message.includes('/nowhere/parts.json'), again.name, result.output];
    """
    assert room.value(script) == ["AssetsMissing", True, "AssetsMissing", "1\n"]


def test_python_may_come_from_another_server_where_the_page_says_so_and_that_server_allows_it(
    room: Room, serve: Callable[..., Server]
) -> None:
    script = """
    const runner = new Runner({ base: argument, spare: false });
    const told = await runner.run('print(1)').then(({ result }) => result.output, error => error.name);
    runner.dispose();
    return told;
    """
    far, closed = serve(for_others=True), serve()
    room.server.asked.clear()
    assert room.value(script, f"{far.address}/dist/python/") == "1\n"
    assert "GET /dist/python/parts.json" in far.asked
    assert [path for path in room.server.asked if "/dist/" in path] == []
    assert room.value(script, f"{closed.address}/dist/python/") == "AssetsMissing"


@pytest.mark.in_chromium
def test_dispose_settles_everything(room: Room) -> None:
    script = """
    const runner = new Runner({ spare: false });
    const early = runner.init().then(() => 'ready', error => error.name);
    await early;
    const running = runner.run('while True: pass').then(({ result }) => result.error.name);
    const waiting = runner.run('1').then(() => 'ran', error => error.name);
    const call = runner.reset().then(() => 'reset', error => error.name);
    await new Promise(resolve => setTimeout(resolve, 100));
    runner.dispose();
    const late = runner.run('1').then(() => 'ran', error => error.name);
    const init = runner.init().then(() => 'ready', error => error.name);
    return [...await Promise.all([running, waiting, call, late, init])];
    """
    assert room.value(script) == ["Disposed"] * 5


def test_dispose_while_python_loads_settles_init(room: Room) -> None:
    script = """
    const runner = new Runner({ spare: false });
    const init = runner.init().then(() => 'ready', error => error.name);
    const run = runner.run('1').then(() => 'ran', error => error.name);
    runner.dispose();
    return Promise.all([init, run]);
    """
    assert room.value(script) == ["Disposed", "Disposed"]


# Other pages


@pytest.fixture(scope="module")
def plain_room(open_room: Callable[..., Room]) -> Room:
    """Return a page that a plain server has sent: nothing can be shared with a worker."""
    room = open_room(isolated=False)
    room.value("window.shared = new Runner({ spare: false, onInput: () => 'asked' })")
    return room


def test_without_isolation_answers_are_prepared_and_stop_ends_the_worker(plain_room: Room) -> None:
    assert plain_room.value("return (await window.shared.init()).interruptible") is False
    assert plain_room.run("print(input())", stdin=["a"])["result"]["output"] == "a\na\n"
    assert "nobody is there" in plain_room.run("input()")["result"]["error"]["message"]
    stopped = plain_room.run(FOREVER, timeoutMs=200)
    assert stopped["result"]["error"]["name"] == "TimeLimitExceeded"
    assert {"type": "status", "state": "restarted"} in stopped["events"]
    assert plain_room.run("n")["result"]["error"]["name"] == "NameError"


def test_without_isolation_a_program_that_waits_keeps_its_names_or_says_that_they_are_gone(
    plain_room: Room,
) -> None:
    program = "n = 41\nimport asyncio\nawait asyncio.sleep(60)"
    stopped = plain_room.run(program, timeoutMs=200)
    assert stopped["result"]["error"]["name"] == "TimeLimitExceeded"
    gone = {"type": "status", "state": "restarted"} in stopped["events"]
    assert plain_room.run("print(n)")["result"]["output"] == ("" if gone else "41\n")


@pytest.mark.in_chromium
def test_without_the_snapshot_python_starts_all_the_same(
    open_room: Callable[..., Room], parts: Path, tmp_path: Path
) -> None:
    shutil.copytree(parts, tmp_path / "python")
    index = json.loads((tmp_path / "python" / "parts.json").read_text(encoding="utf-8"))
    index["files"] = [file for file in index["files"] if file["name"] != "snapshot.bin"]
    (tmp_path / "python" / "parts.json").write_text(json.dumps(index), encoding="utf-8")
    room = open_room(parts=tmp_path / "python")
    room.value("window.shared = new Runner({ spare: false })")
    assert room.run("import decimal\nprint(decimal.Decimal(1) / 8)")["result"]["output"] == "0.125\n"


@pytest.mark.in_chromium
def test_learners_have_their_own_random_numbers_and_time_zone(open_room: Callable[..., Room]) -> None:
    room = open_room(timezone_id="Asia/Tokyo")
    program = "import random, time\nprint(random.random(), time.timezone, time.localtime().tm_gmtoff)"
    script = """
    const runners = [new Runner({ spare: false }), new Runner({ spare: false })];
    const runs = await Promise.all(runners.map(runner => runner.run(argument)));
    for (const runner of runners) runner.dispose();
    return runs.map(({ result }) => result.output.split(' '));
    """
    (one, *zone), (other, *_) = room.value(script, program)
    assert (one != other, zone) == (True, ["-32400", "32400\n"])
