"""The runner's promises: what a page asks of it, it gets, in the order in which it asked."""

from __future__ import annotations

import pytest

from .conftest import Room

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
