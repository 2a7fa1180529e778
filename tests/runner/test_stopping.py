"""How a run ends early: by its limit, by Stop, by a program that breaks Python or floods the page."""

from __future__ import annotations

from textwrap import dedent

import pytest

from .conftest import Room

FOREVER = "n = 41\nwhile True: pass"
PATIENCE = 3  # Python has a second to answer, and loses its names where a machine is too busy


# Limits and Stop


def test_a_run_past_its_limit_is_a_result_with_its_output_and_its_names_stay(room: Room) -> None:
    for _attempt in range(PATIENCE):
        told = room.run("print('so far')\n" + FOREVER, timeoutMs=300)
        assert told["result"]["error"]["name"] == "TimeLimitExceeded"
        assert told["result"]["output"] == "so far\n"
        errors = [event["ename"] for event in told["events"] if event["type"] == "error"]
        assert errors == ["TimeLimitExceeded"]
        output = room.run("print(n)")["result"]["output"]
        if output:
            break
    assert output == "41\n"


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
    for _attempt in range(PATIENCE):
        assert room.value(script, f"n = 41\nprint('go')\n{wait}") == "KeyboardInterrupt"
        output = room.run("print(n)")["result"]["output"]
        if output:
            break
    assert output == "41\n"


def test_interrupt_at_once_is_not_lost_on_the_way(room: Room) -> None:
    script = """
    const run = window.shared.run(argument);
    setTimeout(() => window.shared.interrupt());
    const { result, events } = await run;
    return [result.error.name, events.some(({ state }) => state === 'restarted')];
    """
    room.run("n = 41")
    assert room.value(script, FOREVER.replace("n", "m")) == ["KeyboardInterrupt", False]
    assert room.run("print(n)")["result"]["output"] == "41\n"


def test_the_limit_counts_from_where_the_program_begins(room: Room) -> None:
    left_over = """
    import asyncio, time

    def spin():
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            try:
                while time.monotonic() < end: pass
            except KeyboardInterrupt:
                pass  # it is for another program

    asyncio.get_event_loop().call_later(0.02, spin)
    """
    script = """
    await window.shared.run(argument.before);
    await new Promise(resolve => setTimeout(resolve, 100)); // it spins now
    const { result, events } = await window.shared.run(argument.code, { timeoutMs: 300 });
    return [result.output, result.error.name, events.some(({ state }) => state === 'restarted')];
    """
    code = {"before": dedent(left_over), "code": "print('so far')\n" + FOREVER}
    assert room.value(script, code) == ["so far\n", "TimeLimitExceeded", False]


def test_interrupt_with_nothing_to_stop_does_nothing(room: Room) -> None:
    room.value("window.shared.interrupt()")
    assert "error" not in room.run("1")["result"]


@pytest.mark.in_chromium
def test_a_run_that_waits_for_another_is_stopped_at_once_and_the_other_goes_on(room: Room) -> None:
    script = """
    const control = new AbortController();
    const long = window.shared.run(argument);
    for await (const _ of long) break; // it has begun
    const waiting = window.shared.run('print(1)', { signal: control.signal });
    control.abort();
    const { result } = await waiting;
    const before = window.shared.busy;
    window.shared.interrupt();
    return [result.error.name, before, (await long).result.error.name, (await waiting).result.output];
    """
    told = room.value(script, FOREVER)
    assert told == ["KeyboardInterrupt", True, "KeyboardInterrupt", ""]


@pytest.mark.in_chromium
def test_interrupt_while_python_still_loads_stops_the_run_that_waits_for_it(room: Room) -> None:
    script = """
    const runner = new Runner({ spare: false });
    const run = runner.run('print(1)', { timeoutMs: 0 });
    await new Promise(resolve => setTimeout(resolve));
    runner.interrupt();
    const { result } = await run;
    runner.dispose();
    return [result.error.name, result.output];
    """
    assert room.value(script) == ["KeyboardInterrupt", ""]


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


@pytest.mark.in_chromium
def test_memory_ends_at_a_gibibyte_as_an_error_and_the_names_stay(room: Room) -> None:
    told = room.run("n = 41\nbytearray(2**30)")
    assert told["result"]["error"]["name"] == "MemoryError"
    assert room.run("print(n)")["result"]["output"] == "41\n"


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


@pytest.mark.parametrize("rest", ["time.sleep(0)", "await asyncio.sleep(0)"])
def test_a_program_that_prints_and_rests_goes_on_for_as_long_as_it_likes(room: Room, rest: str) -> None:
    program = f"import asyncio, time\nfor n in range(6000):\n    print(n)\n    {rest}"
    told = room.run(program, timeoutMs=90_000)
    assert "error" not in told["result"]
    assert told["result"]["output"].endswith("\n5999\n")


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
