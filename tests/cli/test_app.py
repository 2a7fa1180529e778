"""What holds for every command: how an error is told, to a person and to a machine."""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.parametrize(
    "command",
    [
        ("build", "minimal-dem"),
        ("run", "minimal-dem", "f"),
        ("check", "minimal-dem"),
        ("inspect", "minimal-dem"),
        ("list", "--course", "nowhere"),
    ],
)
def test_an_error_is_json_as_well_where_json_is_wanted(run_cli: Run, command: tuple[str, ...]) -> None:
    done = run_cli(*command, "--json")
    error = json.loads(done.stdout)["error"]
    assert (done.exit_code, error["exit_code"]) == (2, 2)
    assert done.stderr.splitlines() == [f"error: {error['what']}", f"hint: {error['hint']}"]


@pytest.mark.parametrize(
    "command",
    [
        "build {}",
        "build --print {}",
        "clean {}",
        "check {}",
        "run {} add_and_log 5 7",
        "inspect {}",
        "grade {} .",
        "hint {}",
        "dev check {}",
        "dev ci github {}",
    ],
)
def test_a_path_to_a_lesson_is_taken_from_anywhere(
    run_cli: Run, lesson_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    (lesson_copy / "lesson.toml").write_text("format = 1\n", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    monkeypatch.setenv("WASMLAB_CACHE", str(tmp_path / "cache"))
    done = run_cli(*(word.format(lesson_copy) for word in command.split()))
    assert done.exit_code == 2
    assert str(lesson_copy.parent) in done.stderr
    assert not (tmp_path / "cache").exists()


def test_an_error_is_json_where_the_variable_wants_it(run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WASMLAB_JSON", "1")
    assert "minimal-dem" in json.loads(run_cli("build", "minimal-dem").stdout)["error"]["what"]


def test_an_error_without_json_leaves_stdout_empty(run_cli: Run) -> None:
    done = run_cli("build", "minimal-dem")
    assert (done.exit_code, done.stdout) == (2, "")


def test_engines_that_disagree_have_told_their_round_trips_already(
    run_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wasmlab import running
    from wasmlab.errors import EnginesDisagree

    def disagree(_trips: object) -> None:
        raise EnginesDisagree("they do")

    monkeypatch.setattr(running, "refuse_disagreement", disagree)
    done = run_cli("run", "minimal-demo", "add_and_log", "5", "7", "--json")
    assert (done.exit_code, done.stderr) == (1, "error: they do\n")
    assert [trip["engine"] for trip in json.loads(done.stdout)] == ["wasmtime"]


@pytest.mark.parametrize(
    "command",
    [("build", "minimal-demo"), ("list",), ("clean",), ("run", "minimal-demo", "add_and_log", "5", "7")],
)
def test_the_copy_in_the_cache_is_named_before_it_is_used(
    run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("WASMLAB_CACHE", str(cache))
    monkeypatch.chdir(tmp_path)
    (line,) = run_cli(*command).stderr.splitlines()
    assert line.startswith(f"no lesson here: using the copy in {cache}")
    assert "wasmlab new course DIR" in line
    silent = "--quiet" if command[0] == "clean" else "--json"
    assert run_cli(*command, silent).stderr == ""


def test_a_course_of_ones_own_needs_no_word_about_the_copy(run_cli: Run) -> None:
    assert run_cli("list").stderr == ""


@pytest.mark.parametrize(
    ("command", "what", "hint"),
    [
        (("serve", "--port", "abc"), "invalid value for '--port'", "serve --help"),
        (("run",), "missing argument 'LESSON'", "run --help"),
        (("buld",), "no such command 'buld'. Did you mean 'build'?", " --help"),
        (("--foo",), "no such option: --foo", " --help"),
        (("new", "course"), "missing argument 'DIR'", "new course --help"),
        (("new", "--foo"), "no such option: --foo", "new --help"),
    ],
)
def test_what_the_parser_refuses_is_two_lines(
    run_cli: Run, command: tuple[str, ...], what: str, hint: str
) -> None:
    done = run_cli(*command)
    assert (done.exit_code, done.stdout) == (2, "")
    first, second = done.stderr.splitlines()
    assert first.startswith(f"error: {what}")
    assert second.startswith("hint: ")
    assert second.endswith(hint)


def test_what_the_parser_refuses_is_json_where_json_is_wanted(run_cli: Run) -> None:
    done = run_cli("run", "minimal-demo", "--json")
    assert json.loads(done.stdout)["error"]["exit_code"] == done.exit_code == 2


def test_a_group_without_a_command_shows_its_help(run_cli: Run) -> None:
    assert "Make a course to edit" in run_cli("new").output


def test_help_lists_every_command_by_its_own_first_line(run_cli: Run) -> None:
    import typer.main

    from wasmlab.cli import app

    group: Any = typer.main.get_command(app)
    shown = run_cli("--help").stdout
    for name, command in group.commands.items():
        first = " ".join(command.get_short_help_str(40).removesuffix("...").split())
        assert (f"  {name} " in shown, first[:30] in shown) == (not command.hidden, not command.hidden)


def test_help_of_all_commands_makes_none_of_them(run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import typer.main

    def make(*_args: Any, **_more: Any) -> None:
        raise AssertionError("a command was made")

    monkeypatch.setattr(typer.main, "get_command_from_info", make)
    assert "Commands:" in run_cli("--help").stdout


def test_a_command_that_is_not_there_names_the_one_that_is_meant(run_cli: Run) -> None:
    assert "Did you mean 'build'?" in run_cli("biuld").stderr
    assert "Did you mean 'course'?" in run_cli("new", "curse").stderr


def test_every_command_stands_in_the_table_of_modules_with_the_one_that_registers_it() -> None:
    import typer.main

    from wasmlab import cli
    from wasmlab.cli.ondemand import name_of

    for module in pkgutil.iter_modules(cli.__path__, "wasmlab.cli."):
        import_module(module.name)
    group: Any = typer.main.get_command(cli.app)
    found = {name_of(info): getattr(info.callback, "__module__", "") for info in group.waiting}
    groups = {"new": "wasmlab.cli.new", "dev": "wasmlab.cli.dev"}
    assert groups.keys() <= found.keys()
    assert found | groups == group.homes


def test_a_command_imports_no_other_family(course_copy: Path) -> None:
    code = """
import sys
from wasmlab.cli import app
try:
    app(["list", "--json"])
finally:
    print(sorted(name for name in sys.modules if name.startswith("wasmlab.cli.")), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=course_copy, capture_output=True, text=True, check=True
    )
    family = ["app", "build", "finding", "ondemand", "options"]
    assert done.stderr.splitlines() == [str([f"wasmlab.cli.{name}" for name in family])]


@pytest.mark.parametrize(
    "words",
    [
        ("run", "minimal-demo", "add_and_log", "5", "7", "--seconds"),
        ("grade", "minimal-demo", ".", "--seconds"),
        ("grade", "minimal-demo", ".", "--call-seconds"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("time", ["nan", "inf", "86401"])
def test_a_time_that_no_engine_takes_is_no_student_s_doing(
    run_cli: Callable[..., Any], words: tuple[str, ...], time: str
) -> None:
    done = run_cli(*words, time)
    assert done.exit_code == 2
    assert "invalid value for '--" in done.stderr
    assert "hint: " in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="descriptors of Unix")
@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)])
def test_a_command_works_where_a_stream_is_closed(course_copy: Path, closed: tuple[int, ...]) -> None:
    """As some programs start others in the background."""
    line = f"exec {sys.executable} -m wasmlab build minimal-demo " + " ".join(f"{n}>&-" for n in closed)
    done = subprocess.run(["/bin/sh", "-c", line], cwd=course_copy, stdout=subprocess.DEVNULL, check=False)
    assert done.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_what_can_no_longer_be_printed_is_told(course_copy: Path) -> None:
    words = [sys.executable, "-m", "wasmlab", "list"]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            words, cwd=course_copy, env=env, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr.splitlines()) == (
        2,
        [
            "error: what is printed cannot be written: No space left on device",
            "hint: make room there, and run the command again",
        ],
    )
