"""Every file of the corpus gets the outcome that it names, and nothing that it may not see is in a report."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wasmlab.grade.confining import choose
from wasmlab.grade.limits import GradeLimits

FOLDER, KINDS = "", ("c", "toml")
HERE = Path(__file__).parent
_LIMITS = GradeLimits(seconds=30, call=0.3, compiling=2, building=60)

pytestmark = pytest.mark.skipif(not choose().confines, reason="nothing here confines a compiler")


@pytest.fixture(scope="module")
def gradings(grade_corpus: Any) -> Any:
    return grade_corpus(FOLDER, KINDS, "sum", ("wasmtime",), _LIMITS, {})


def test_a_hostile_submission_gets_the_outcome_that_it_names(hostile: Any, gradings: Any) -> None:
    graded = gradings.by_name[hostile.path.stem]
    assert graded.outcome in (hostile.outcome, *hostile.also), graded.to_json()
    told = json.dumps(graded.to_json(), ensure_ascii=False)
    assert [said for said in hostile.says if said not in told] == []


def test_the_corpus_is_large_enough(gradings: Any) -> None:
    assert len(gradings.batch.graded) >= 70
    assert gradings.batch.counts["error"] == 0


def test_no_report_shows_what_a_submission_may_not_see(gradings: Any) -> None:
    for private in ("the_secret_itself", "the-checks-are-not-shown", "wasmlab-grade-", "wasmlab-template-"):
        assert private not in gradings.written


def test_no_report_moves_a_cursor_or_gives_a_command(gradings: Any) -> None:
    assert "\x1b" not in gradings.written
    for path in gradings.folder.rglob("*.txt"):
        lines = path.read_text(encoding="utf-8").splitlines()
        commands = [line for line in lines if line.startswith("::")]
        assert all(line.startswith("::error ") for line in commands)


def test_no_forged_pass_earns_a_point(gradings: Any) -> None:
    for graded in gradings.batch.graded:
        if graded.outcome in ("refused", "not-built"):
            assert graded.earned == 0


# As many graders in use do it: the host's compiler without any confinement, the module in this very
# process, the first example for a verdict.
_NAIVE = """
import subprocess, sys, wasmtime
from pathlib import Path
source = sys.argv[1]
zig = str(Path(__import__("ziglang").__file__).parent / "zig")
made = subprocess.run(
    [zig, "clang", "--target=wasm32", "-O0", "-nostdlib", "-c", source, "-o", source + ".o"],
    capture_output=True, text=True)
print(made.stderr)
if made.returncode == 0:
    print(Path(source + ".o").read_bytes())
    link = [zig, "wasm-ld", "--no-entry", "--export=add_and_log", source + ".o", "-o", source + ".wasm"]
    subprocess.run(link, check=True)
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    module = wasmtime.Module.from_file(engine, source + ".wasm")
    log = wasmtime.Func(store, wasmtime.FuncType([wasmtime.ValType.i32()], []), print)
    instance = wasmtime.Instance(store, module, [log] if module.imports else [])
    print("PASSED" if instance.exports(store)["add_and_log"](store, 5, 7) == 12 else "FAILED")
"""


def _naively(source: Path, seconds: float) -> str:
    """Return what the naive grader says, or that it hangs."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _NAIVE, str(source)],
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "HANGS"
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "falls"),
    [
        ("not-built/includes-the-secret", "the_secret_itself"),
        ("not-built/incbin-of-the-secret", "the_secret_itself"),
        ("failed/hard-coded", "PASSED"),
        ("failed/endless-host-calls", "HANGS"),
    ],
)
def test_a_naive_grader_falls(
    name: str, falls: str, tmp_path: Path, hand_in: Callable[[Any, Path, dict[str, str]], None]
) -> None:
    from types import SimpleNamespace

    path = HERE / f"{name}.c"
    hand_in(SimpleNamespace(path=path), tmp_path, {})
    assert falls in _naively(tmp_path / path.name, 3 if falls == "HANGS" else 60)
