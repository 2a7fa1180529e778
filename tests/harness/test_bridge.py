"""The session behind calls that carry texts only, as a worker makes them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from wasmlab.harness.bridge import INTERRUPTED, Bridge


class Worker:
    """Stands where the worker's JavaScript stands."""

    def __init__(self, **answers: Any) -> None:
        self.events: list[dict[str, Any]] = []
        self.bridge = Bridge(lambda text: self.events.append(json.loads(text)), **answers)

    def run(self, code: str, **options: Any) -> Any:
        return json.loads(asyncio.run(self.bridge.run(code, json.dumps(options))))

    def call(self, method: str, *arguments: Any) -> Any:
        return json.loads(self.bridge.call(method, json.dumps(arguments)))


def test_a_run_answers_its_result_and_tells_its_events() -> None:
    worker = Worker()
    assert worker.run("print('ü')")["value"]["output"] == "ü\n"
    assert [event["type"] for event in worker.events] == ["status", "stream", "statement", "status"]


def test_an_option_that_does_not_fit_is_an_error() -> None:
    assert Worker().run("1", colour=1)["error"]["name"] == "ValueError"


@pytest.mark.parametrize(
    ("method", "arguments", "name"),
    [
        ("run", ("1", "{}"), "LookupError"),
        ("_nap", (1,), "LookupError"),
        ("get_variable", ("nope",), "LookupError"),
        ("set_variable", ("no name", 1), "ValueError"),
        ("set_variable", (), "TypeError"),
    ],
)
def test_a_call_that_does_not_fit_is_an_error(method: str, arguments: tuple[Any, ...], name: str) -> None:
    assert Worker().call(method, *arguments)["error"]["name"] == name


def test_values_go_in_and_come_out_as_plain_data() -> None:
    worker = Worker()
    assert worker.call("set_variable", "x", {"a": [1, None]}) == {"value": None}
    worker.run("x['b'] = (True, {2.5})")
    assert worker.call("get_variable", "x") == {"value": {"a": [1, None], "b": [True, [2.5]]}}


@pytest.mark.parametrize(
    "made", ["object()", "[float('nan')]", "{1: 2}", "type('D', (dict,), {'items': lambda s: 1 / 0})(a=1)"]
)
def test_a_value_without_a_plain_form_is_an_error(made: str) -> None:
    worker = Worker()
    worker.run(f"x = {made}")
    assert set(worker.call("get_variable", "x")) == {"error"}


def test_a_value_that_holds_itself_is_an_error() -> None:
    worker = Worker()
    worker.run("x = []\nx.append(x)")
    assert "too deep" in worker.call("get_variable", "x")["error"]["message"]


def test_an_interrupted_question_ends_the_run() -> None:
    worker = Worker(ask=lambda _prompt, _password: INTERRUPTED)
    assert worker.run("input()")["value"]["error"]["name"] == "KeyboardInterrupt"


def test_sleep_pauses_until_its_time_and_ends_when_interrupted() -> None:
    paused: list[float] = []

    def pause(milliseconds: float) -> bool:
        paused.append(milliseconds)
        return len(paused) < 3 or INTERRUPTED

    worker = Worker(pause=pause)
    assert worker.run("import time\ntime.sleep(60)")["value"]["error"]["name"] == "KeyboardInterrupt"
    assert len(paused) == 3
    assert 59_000 < paused[-1] <= 60_000


@pytest.mark.parametrize(("seconds", "name"), [("-1", "ValueError"), ("'1'", "TypeError")])
def test_sleep_refuses_what_is_no_time(seconds: str, name: str) -> None:
    worker = Worker(pause=lambda _milliseconds: True)
    assert worker.run(f"import time\ntime.sleep({seconds})")["value"]["error"]["name"] == name


def test_files_are_listed_relative_to_their_folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    worker = Worker()
    worker.call("write_file", "a/b/c.txt", "ü")
    assert worker.call("list_files", "a") == {"value": ["b/c.txt"]}
    assert worker.call("read_file", "a/b/c.txt") == {"value": "ü"}
    assert worker.call("list_files", "nope")["error"]["name"] == "LookupError"


def test_a_file_of_any_kind_goes_in_and_comes_out(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    worker = Worker()
    worker.call("write_bytes", "a/b.bin", "AP8K")
    assert (tmp_path / "a" / "b.bin").read_bytes() == b"\x00\xff\n"
    assert worker.call("read_bytes", "a/b.bin") == {"value": "AP8K"}
    worker.call("remove_file", "a/b.bin")
    assert worker.call("list_files", ".") == {"value": []}


def test_variables_are_the_learners_own() -> None:
    worker = Worker()
    worker.run("n = 41")
    assert worker.call("variables")["value"]["n"] == {"type": "int", "text": "41", "value": 41}


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ("pri", ["price", "print"]),
        ("x = math.sq", ["sqrt"]),
        ("a.", ["go", "p", "x"]),
        ("a.p.", []),
        ("go().", []),
        ("a.__cl", ["__class__"]),
    ],
)
def test_completion_knows_the_names_and_runs_none_of_the_learners_code(before: str, found: list[str]) -> None:
    worker = Worker()
    worker.run(
        "import math\nprice = 1\nclass A:\n    def __init__(self): self.x = 1\n    def go(self): pass\n"
        "    @property\n    def p(self): raise SystemExit\n    def __dir__(self): raise SystemExit\na = A()"
    )
    told = worker.call("complete", before)["value"]
    assert [option["label"] for option in told["options"]] == found
    assert before.endswith(before[len(before) - told["length"] :])
