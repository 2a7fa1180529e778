"""`wasmlab build`, `clean` and `list` as somebody types them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

OUTPUT = "dist/add_and_log.wasm"
POSIX_SHELL = pytest.mark.skipif(not shutil.which("bash"), reason="needs bash to paste into")


def _break(lesson: Path) -> None:
    source = lesson / "c" / "add_and_log.c"
    source.write_text(source.read_text("utf-8").replace("a + b;", "a + b"), encoding="utf-8")


def _mend(lesson: Path) -> None:
    source = lesson / "c" / "add_and_log.c"
    source.write_text(source.read_text("utf-8").replace("a + b\n", "a + b;\n"), encoding="utf-8")


def test_build_shows_its_steps_and_what_came_out(run_cli: Callable[..., Any]) -> None:
    said = run_cli("build")
    assert said.exit_code == 0
    steps, size, imports, exports = said.stdout.splitlines()[:2], *said.stdout.splitlines()[2:]
    assert steps == [
        "minimal-demo: compile c/add_and_log.c",
        f"minimal-demo: link {OUTPUT}",
    ]
    assert size.startswith(f"minimal-demo/{OUTPUT}: ")
    assert " bytes, built in " in size
    assert imports == "  imports: env.js_log(i32)"
    assert exports == "  exports: memory, add_and_log(i32, i32) -> i32"


def test_a_page_that_is_not_there_is_a_remark_and_no_error(
    run_cli: Callable[..., Any], lesson_copy: Path
) -> None:
    (lesson_copy / "index.html").unlink()
    said = run_cli("build")
    assert said.exit_code == 0
    assert "note: minimal-demo: its page index.html is not there" in said.stderr
    assert run_cli("build", "-q").output == ""


def test_nothing_to_do_is_said(run_cli: Callable[..., Any]) -> None:
    run_cli("build")
    said = run_cli("build")
    assert "up to date" in said.stdout
    assert said.stdout.splitlines()[-1] == "nothing to do"


def test_quiet_says_nothing_of_what_is_good(run_cli: Callable[..., Any], lesson_copy: Path) -> None:
    assert run_cli("build", "-q").output == ""
    _break(lesson_copy)
    said = run_cli("build", "-q")
    assert said.stdout == ""
    assert "expected ';'" in said.stderr


def test_a_compile_error_is_explained(run_cli: Callable[..., Any], lesson_copy: Path) -> None:
    run_cli("build")
    _break(lesson_copy)
    said = run_cli("build")
    assert said.exit_code == 3
    assert said.stderr.splitlines() == [
        "error: minimal-demo/c/add_and_log.c:6:18: expected ';' at end of declaration",
        "    6 |   int sum = a + b",
        "      |                  ^",
        "A statement ends with a semicolon, and here it is missing.",
        "hint: write ; where the ^ points",
        f"minimal-demo/{OUTPUT} still holds the last good build",
    ]


def test_verbose_adds_the_original_text(run_cli: Callable[..., Any], lesson_copy: Path) -> None:
    _break(lesson_copy)
    assert "1 error generated." not in run_cli("build").output
    assert "1 error generated." in run_cli("build", "-v").stderr


@POSIX_SHELL
@pytest.mark.parametrize("profile", ["--debug", "--release"])
@pytest.mark.parametrize("mode", ["--print", "-v"])
def test_pasted_commands_give_the_same_bytes(
    run_cli: Callable[..., Any], lesson_copy: Path, tmp_path: Path, profile: str, mode: str
) -> None:
    moved = tmp_path / "a course with blanks & ümlauts"
    shutil.copytree(lesson_copy.parent, moved)
    said = run_cli("build", profile, mode, "--course", str(moved)).stdout
    commands = [line for line in said.splitlines() if not line.startswith(("minimal-demo/", "  "))]
    expected = lesson_copy / OUTPUT
    run_cli("build", profile)
    shutil.rmtree(moved / "minimal-demo" / "dist", ignore_errors=True)
    subprocess.run(["bash", "-eu", "-c", "\n".join(commands)], check=True, cwd="/")
    assert (moved / "minimal-demo" / OUTPUT).read_bytes() == expected.read_bytes()


def test_print_runs_nothing(run_cli: Callable[..., Any], lesson_copy: Path) -> None:
    assert run_cli("build", "--print").exit_code == 0
    assert not (lesson_copy / "dist").exists()


def test_json_holds_results_and_diagnostics(run_cli: Callable[..., Any], lesson_copy: Path) -> None:
    good = json.loads(run_cli("build", "--json").stdout)
    assert [target["ok"] for target in good["targets"]] == [True]
    assert good["targets"][0]["exports"] == ["memory", "add_and_log"]
    _break(lesson_copy)
    said = run_cli("build", "--json")
    (target,) = json.loads(said.stdout)["targets"]
    assert (said.exit_code, target["ok"], target["kept"]) == (3, False, True)
    (diagnostic,) = target["diagnostics"]
    assert (diagnostic["name"], diagnostic["file"], diagnostic["line"]) == (
        "missing-semicolon",
        "c/add_and_log.c",
        6,
    )


def test_an_unknown_lesson_is_met_with_the_nearest(run_cli: Callable[..., Any]) -> None:
    said = run_cli("build", "minimal-dem")
    assert said.exit_code == 2
    assert "did you mean 'minimal-demo'?" in said.stderr


def test_a_broken_manifest_keeps_no_other_lesson_from_being_built(
    run_cli: Callable[..., Any], lesson_copy: Path
) -> None:
    other = lesson_copy.parent / "aaa"
    other.mkdir()
    (other / "lesson.toml").write_text("format = 1\ntitel = 'x'\n", encoding="utf-8")
    said = run_cli("build")
    assert said.exit_code == 2
    assert (lesson_copy / OUTPUT).is_file()
    assert "aaa/lesson.toml:2: the manifest has an unknown key 'titel'" in said.stderr.replace("\\", "/")
    assert "'title'" in said.stderr
    assert run_cli("build", "minimal-demo").exit_code == 0
    assert run_cli("build", "aaa").exit_code == 2
    assert run_cli("list").stdout.splitlines()[-1].startswith("aaa ")


def test_a_toolchain_that_is_not_here_keeps_no_other_lesson_from_being_built(
    run_cli: Callable[..., Any], lesson_copy: Path
) -> None:
    other = lesson_copy.parent / "aaa"
    shutil.copytree(lesson_copy, other)
    manifest = other / "lesson.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('"clang"', '"unheard-of"'), encoding="utf-8")
    said = run_cli("build")
    assert said.exit_code == 2
    assert "aaa/lesson.toml: no toolchain is called 'unheard-of'" in said.stderr
    assert (lesson_copy / OUTPUT).is_file()


def test_a_missing_compiler_gives_4(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    said = run_cli("build", "--toolchain-path", str(tmp_path / "clang"))
    assert said.exit_code == 4
    assert "hint:" in said.stderr


def test_colour_is_left_out_where_there_is_no_terminal(
    run_cli: Callable[..., Any], lesson_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break(lesson_copy)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in run_cli("build").output


def test_list_shows_the_state_of_each_lesson(run_cli: Callable[..., Any], lesson_copy: Path) -> None:
    def state() -> str:
        (lesson,) = json.loads(run_cli("list", "--json").stdout)
        assert lesson["title"] == "Hand-wired round trip"
        return str(lesson["state"])

    assert state() == "not built"
    run_cli("build")
    assert state() == "built (debug)"
    _break(lesson_copy)
    assert state() == "out of date"
    _mend(lesson_copy)
    run_cli("build", "--release")
    assert state() == "built (release)"
    assert "[built (release)]" in run_cli("list").stdout


def test_clean_says_what_it_removed(run_cli: Callable[..., Any], lesson_copy: Path) -> None:
    run_cli("build")
    assert run_cli("clean").stdout == f"removed minimal-demo/{OUTPUT}\n"
    assert not (lesson_copy / "dist").exists()
    assert run_cli("clean", "minimal-demo").stdout == "nothing to remove\n"


@pytest.fixture
def hidden(lesson_copy: Path, tmp_path: Path) -> Path:
    """Return a copy of the lesson in a course below a hidden folder, like the user's cache."""
    root = tmp_path / ".cache" / "course" / "minimal-demo"
    shutil.copytree(lesson_copy, root)
    return root


@pytest.fixture
def watching(hidden: Path) -> Iterator[subprocess.Popen[str]]:
    """Run `wasmlab build --watch` over that course; both outputs come line by line."""
    command = [sys.executable, "-u", "-m", "wasmlab", "build", "--watch"]
    child = subprocess.Popen(
        command,
        cwd=hidden.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    watchdog = threading.Timer(60, child.kill)
    watchdog.start()
    yield child
    watchdog.cancel()
    child.kill()
    child.communicate()


def _until(child: subprocess.Popen[str], words: str) -> list[str]:
    """Read lines up to the one that holds `words`; the watchdog ends a wait in vain."""
    assert child.stdout is not None
    lines = []
    for line in child.stdout:
        lines.append(line)
        if words in line:
            return lines
    raise AssertionError(f"{words!r} was never said: {''.join(lines)}")


def test_watch_builds_again_at_every_change(watching: subprocess.Popen[str], hidden: Path) -> None:
    _until(watching, "watching")
    _break(hidden)
    _until(watching, "expected ';'")
    _mend(hidden)
    _until(watching, "bytes, built in")
    if sys.platform != "win32":
        watching.send_signal(2)
        watching.communicate(timeout=20)
        assert watching.returncode == 130
