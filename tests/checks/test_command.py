"""`wasmlab check`: the four words, what a failure says, and the exit codes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from wasmlab.process import quoted

CHECKS = '''
import pytest

def test_adds(wasm):
    """The sum comes back."""
    assert wasm.call("add_and_log", 5, 7).result == 12

def test_adds_one_more(wasm):
    """The sum comes back, and one."""
    assert wasm.call("add_and_log", 5, 7).result == 13, "add one before you return"

def test_stops(wasm):
    assert wasm.call("add_and_log", 2147483647, 1).result == 0

def test_waits(wasm):
    """Waits for another lesson."""
    pytest.skip("needs threads")

def test_counts_on_an_answer(wasm):
    assert wasm.call("add_and_log", 2147483647, 1).result + 1 == 0

@pytest.fixture
def broken():
    raise RuntimeError("the check itself is broken")

def test_breaks(wasm, broken):
    """Never comes to its point."""

def test_calls_what_is_not_there(wasm):
    """The product comes back."""
    assert wasm.call("add_and_lag", 5, 7).result == 35
'''


def check(
    course: Path, *options: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "wasmlab", "check", "minimal-demo", *options]
    return subprocess.run(
        command, cwd=course, env={**os.environ, **(env or {})}, capture_output=True, text=True, timeout=120
    )


def verdicts(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    assert done.stdout, done.stderr
    return {verdict["check"]: verdict for verdict in json.loads(done.stdout)["verdicts"]}


@pytest.fixture
def own_checks(lesson_copy: Path) -> Path:
    (lesson_copy / "checks" / "test_add_and_log.py").write_text(CHECKS, encoding="utf-8")
    return lesson_copy


@pytest.fixture
def judged(own_checks: Path) -> subprocess.CompletedProcess[str]:
    return check(own_checks.parent, "--engine", "wasmtime", "--json")


def test_every_word_happens_and_failures_exit_with_1(judged: subprocess.CompletedProcess[str]) -> None:
    words = {name: verdict["verdict"] for name, verdict in verdicts(judged).items()}
    assert words == {
        "test_adds": "passed",
        "test_adds_one_more": "failed",
        "test_stops": "failed",
        "test_waits": "skipped",
        "test_breaks": "error",
        "test_calls_what_is_not_there": "failed",
        "test_counts_on_an_answer": "failed",
    }
    assert judged.returncode == 1


def test_a_failure_says_what_was_expected_what_came_and_what_to_try(
    judged: subprocess.CompletedProcess[str],
) -> None:
    told = {
        name: (verdict["line"], verdict["expected"], verdict["came"], verdict["try_this"])
        for name, verdict in verdicts(judged).items()
        if verdict["expected"]
    }
    assert told == {
        "test_adds_one_more": ("The sum comes back, and one.", "13", "12", "add one before you return"),
        "test_stops": (
            "stops",
            "0",
            "a trap: c/add_and_log.c:6:15: signed integer overflow in 'a + b'",
            "wasmlab run minimal-demo add_and_log 2147483647 1 --engine wasmtime",
        ),
    }


MANIFEST = 'format = 1\ntitle = "X"\norder = 90\npage = "index.html"\n'


def beside(lesson: Path, name: str, manifest: str = MANIFEST, checks: str = "") -> Path:
    folder = lesson.parent / name
    folder.mkdir()
    (folder / "lesson.toml").write_text(manifest, encoding="utf-8")
    if checks:
        (folder / "checks").mkdir()
        (folder / "checks" / "test_it.py").write_text(checks, encoding="utf-8")
    return folder


def test_a_lesson_that_cannot_be_checked_is_told_and_keeps_no_other_from_it(own_checks: Path) -> None:
    (own_checks / "checks" / "test_add_and_log.py").write_text(CHECKS.partition("def test_adds_one")[0])
    beside(own_checks, "without-checks")
    command = [sys.executable, "-m", "wasmlab", "check", "--engine", "wasmtime"]

    def check_all(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *more], cwd=own_checks.parent, capture_output=True, text=True, timeout=120
        )

    assert (check_all().returncode, check_all("--json").returncode) == (0, 0)
    assert check_all("without-checks").returncode == 2
    beside(own_checks, "of-no-check", checks="X = 1\n")
    beside(own_checks, "unread", "order = ")
    done = check_all()
    assert (done.returncode, done.stdout.count("passed   wasmtime")) == (2, 1), done.stdout
    assert "unread" in done.stderr
    assert "of-no-check/checks holds no check" in done.stderr
    data = json.loads(check_all("--json").stdout)
    assert [each["verdict"] for each in data["verdicts"]] == ["passed"]
    assert [each["exit_code"] for each in data["errors"]] == [2, 2]


def test_checks_import_what_stands_beside_them(lesson_copy: Path) -> None:
    folder = lesson_copy / "checks"
    (folder / "numbers_of_ours.py").write_text("TOTAL = 12\n", encoding="utf-8")
    (folder / "json.py").write_text("raise SystemExit('it hides what is installed')\n", encoding="utf-8")
    text = "import json\nfrom numbers_of_ours import TOTAL\n\ndef test_adds(wasm):\n"
    text += '    assert wasm.call("add_and_log", 5, 7).result == TOTAL\n'
    (folder / "test_add_and_log.py").write_text(text, encoding="utf-8")
    done = check(lesson_copy.parent, "--engine", "wasmtime", "--json")
    assert [each["verdict"] for each in verdicts(done).values()] == ["passed"], done.stdout


def test_the_command_to_try_can_be_pasted(lesson_copy: Path) -> None:
    named = lesson_copy.rename(lesson_copy.parent / "week 1")
    text = 'def test_adds(expect):\n    expect.target("add_and_log").call("add_and_log", 5, 7).returns(13)\n'
    (named / "checks" / "test_add_and_log.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "wasmlab", "check", "week 1", "--engine", "wasmtime", "--json"]
    done = subprocess.run(command, cwd=named.parent, capture_output=True, text=True, timeout=120)
    told = verdicts(done)["test_adds"]["try_this"]
    assert told == f"wasmlab run {quoted('week 1')} add_and_log 5 7 --engine wasmtime"


def test_a_refusal_an_error_and_a_skip_keep_their_words(judged: subprocess.CompletedProcess[str]) -> None:
    found = verdicts(judged)
    refused = found["test_calls_what_is_not_there"]
    assert refused["message"] == "the module exports no 'add_and_lag'"
    assert refused["try_this"] == "did you mean 'add_and_log'?"
    assert found["test_breaks"]["message"] == "RuntimeError: the check itself is broken"
    assert found["test_waits"]["message"] == "needs threads"


def test_nothing_is_left_in_the_lesson_and_the_users_settings_change_nothing(
    own_checks: Path, course_copy: Path
) -> None:
    (course_copy / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n", encoding="utf-8")
    (course_copy / "conftest.py").write_text("raise SystemExit('not mine to load')\n", encoding="utf-8")
    before = _files(own_checks)
    assert verdicts(check(course_copy, "--engine", "wasmtime", "--json"))["test_adds"]["verdict"] == "passed"
    assert _files(own_checks) == before


def _files(lesson: Path) -> set[str]:
    """Return what lies in a lesson, but for what its build makes."""
    names = {path.relative_to(lesson).as_posix() for path in lesson.rglob("*")}
    return {name for name in names if not name.startswith("dist")}


def test_a_missing_browser_is_an_error_with_the_command_that_gets_it(
    own_checks: Path, course_copy: Path, tmp_path: Path
) -> None:
    nothing = {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    (own_checks / "checks" / "test_add_and_log.py").write_text(
        CHECKS.partition("def test_adds_one")[0], "utf-8"
    )
    done = check(course_copy, "--engine", "firefox", "--json", env=nothing)
    verdict = verdicts(done)["test_adds"]
    assert (verdict["verdict"], verdict["try_this"]) == ("error", "wasmlab setup firefox")
    assert done.returncode == 4


def test_a_lesson_that_does_not_build_exits_with_3(lesson_copy: Path, course_copy: Path) -> None:
    (lesson_copy / "c" / "add_and_log.c").write_text(
        "int add_and_log(int a, int b) { return a + b }", "utf-8"
    )
    done = check(course_copy, "--engine", "wasmtime")
    assert done.returncode == 3
    assert "add_and_log.c:1:" in done.stderr


def test_a_lesson_without_checks_exits_with_2(lesson_copy: Path, course_copy: Path) -> None:
    shutil.rmtree(lesson_copy / "checks")
    done = check(course_copy, "--engine", "wasmtime")
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "error: minimal-demo has no checks")


def test_a_file_of_checks_with_a_mistake_is_an_error_and_no_failure(
    own_checks: Path, course_copy: Path
) -> None:
    (own_checks / "checks" / "test_more.py").write_text("def test_half(:\n", encoding="utf-8")
    done = check(course_copy, "--engine", "wasmtime", "--json")
    found = verdicts(done)
    assert found["checks/test_more.py"]["message"].startswith("line 1: SyntaxError")
    assert found["test_adds"]["verdict"] == "passed"


def test_an_unknown_engine_is_named(course_copy: Path) -> None:
    done = check(course_copy, "--engine", "chromum")
    assert done.returncode == 2
    assert done.stderr == "error: no engine is called 'chromum'\nhint: did you mean 'chromium'?\n"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("def test_it(wasm):\n    raise SystemExit(3)\n", "test_add_and_log.py:2: SystemExit: 3"),
        ("async def test_it(wasm):\n    assert False\n", "it is async, and nobody awaits it"),
        (
            "import pytest\ndef test_it(wasm):\n    pytest.exit('so')\n",
            "test_add_and_log.py:3: it has ended all checks, those after it too: so",
        ),
    ],
)
def test_what_ends_a_check_otherwise_is_its_authors_mistake(
    run_cli: Any, lesson_copy: Path, text: str, what: str
) -> None:
    (lesson_copy / "checks" / "test_add_and_log.py").write_text(text, encoding="utf-8")
    done = run_cli("check", "minimal-demo", "--engine", "wasmtime", "--json")
    (found,) = json.loads(done.stdout)["verdicts"]
    assert (found["verdict"], found["message"], done.exit_code) == ("error", what, 2)


def test_a_page_that_fails_leaves_a_trace_and_a_picture(lesson_copy: Path, course_copy: Path) -> None:
    """It is traced the second time; what has happened the first time counts."""
    (lesson_copy / "checks" / "test_add_and_log.py").write_text(
        'SEEN = []\n\n\ndef test_title(lesson_page):\n    """The page has its title."""\n'
        "    SEEN.append(lesson_page.page.title())\n"
        "    lesson_page.page.set_viewport_size({'width': 300 * len(SEEN), 'height': 200})\n"
        "    assert len(SEEN) == 2\n",
        encoding="utf-8",
    )
    done = check(course_copy, "--engine", "chromium", "--json")
    verdict = verdicts(done)["test_title"]
    assert verdict["verdict"] == "failed"
    kept = {path.name for path in (course_copy / verdict["kept"]).iterdir()}
    assert kept == {"trace.zip", "page.png"}
    picture = (course_copy / verdict["kept"] / "page.png").read_bytes()
    assert int.from_bytes(picture[16:20]) == 300, "its width: it is of the time that counts"


@pytest.mark.parametrize("by_us", [False, True])
def test_a_browser_that_ends_by_itself_is_no_failure(
    by_us: bool, lesson_copy: Path, course_copy: Path
) -> None:
    """One that we have ended, for its page has hung, is one."""
    (lesson_copy / "checks" / "test_add_and_log.py").write_text(
        "from playwright.sync_api import expect\n\n\n"
        'def test_dies(lesson_page, browsers):\n    """It sees what never comes."""\n'
        '    running = browsers.running("chromium")\n    running.kill()\n'
        f"    running.ended = {by_us}\n"
        '    expect(lesson_page.page.get_by_text("never")).to_be_visible()\n\n\n'
        'def test_opens(lesson_page):\n    """The next one opens."""\n    assert lesson_page.page.title()\n',
        encoding="utf-8",
    )
    done = check(course_copy, "--engine", "chromium", "--json")
    found = {name: one["verdict"] for name, one in verdicts(done).items()}
    assert found == {"test_dies": "failed" if by_us else "error", "test_opens": "passed"}


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for the process of a tab")
def test_a_tab_that_is_ended_is_no_failure(lesson_copy: Path, course_copy: Path) -> None:
    """Where memory is short the system ends the tabs of browsers first."""
    (lesson_copy / "checks" / "test_add_and_log.py").write_text(
        "import psutil\n\n\n"
        'def test_adds(expect):\n    """It adds."""\n'
        '    expect.call("add_and_log", 1, 2).returns(3)\n'
        "    for one in psutil.Process().children(recursive=True):\n"
        '        if "--type=renderer" in one.cmdline():\n            one.kill()\n'
        '    expect.call("add_and_log", 1, 2).returns(3)\n',
        encoding="utf-8",
    )
    done = check(course_copy, "--engine", "chromium", "--json")
    assert verdicts(done)["test_adds"]["verdict"] == "error", done.stdout


def test_two_lessons_keep_their_checks_apart(own_checks: Path, course_copy: Path) -> None:
    """Their files of checks have one name, and the second lesson fails its own."""
    one_check = CHECKS.partition("def test_adds_one")[0]
    second = course_copy / "second"
    shutil.copytree(own_checks, second, ignore=shutil.ignore_patterns("dist"))
    (own_checks / "checks" / "test_add_and_log.py").write_text(one_check, encoding="utf-8")
    (second / "checks" / "test_add_and_log.py").write_text(one_check.replace("12", "13"), encoding="utf-8")
    command = [sys.executable, "-m", "wasmlab", "check", "-e", "wasmtime", "--json"]
    done = subprocess.run(command, cwd=course_copy, capture_output=True, text=True, timeout=60)
    words = {verdict["lesson"]: verdict["verdict"] for verdict in json.loads(done.stdout)["verdicts"]}
    assert words == {"minimal-demo": "passed", "second": "failed"}


def test_an_argument_that_does_not_fit_is_refused(own_checks: Path, course_copy: Path) -> None:
    (own_checks / "checks" / "test_add_and_log.py").write_text(
        'def test_wide(wasm):\n    wasm.call("add_and_log", 2**40, 0)\n', encoding="utf-8"
    )
    done = check(course_copy, "--engine", "wasmtime", "--json")
    assert verdicts(done)["test_wide"]["message"] == "1099511627776 does not fit into 32 bits"


def test_a_fixture_that_is_not_there_is_named(own_checks: Path, course_copy: Path) -> None:
    (own_checks / "checks" / "test_add_and_log.py").write_text(
        "def test_x(wasn):\n    assert wasn\n", "utf-8"
    )
    done = check(course_copy, "--engine", "wasmtime", "--json")
    assert verdicts(done)["test_x"]["message"] == "no fixture is called 'wasn'"
    assert done.returncode == 2


@pytest.mark.skipif(os.name == "nt", reason="sends the signal of a POSIX terminal")
def test_ctrl_c_while_a_browser_runs_ends_with_130_and_no_traceback(
    lesson_copy: Path, course_copy: Path
) -> None:
    (lesson_copy / "checks" / "test_add_and_log.py").write_text(
        "from pathlib import Path\n\ndef test_waits(lesson_page):\n"
        "    Path('ready').touch()\n    lesson_page.page.get_by_text('never').wait_for(timeout=9000)\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "wasmlab", "check", "minimal-demo", "--engine", "chromium"]
    running = subprocess.Popen(
        command,
        cwd=course_copy,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not (course_copy / "ready").exists() and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)
    _out, said = running.communicate(timeout=60)
    assert (running.returncode, "Traceback" in said) == (130, False), said


def test_what_the_user_tells_pytest_is_not_for_the_checks(
    run_cli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    assert run_cli("check", "minimal-demo", "--engine", "wasmtime").exit_code == 0
    assert os.environ["PYTEST_ADDOPTS"] == "--no-such-option"
