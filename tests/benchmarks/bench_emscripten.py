"""What a build of the starter pack costs beside the bare emcc commands.

python tests/benchmarks/bench_emscripten.py [RUNS]
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from measure import Row, in_turn, print_rows

from wasmlab.build import Options, build_lesson, plan_target
from wasmlab.lesson import Lesson, load_lesson

REPOSITORY = Path(__file__).parents[2]
EXAMPLE = "hello_stdio"


def main() -> None:
    """Measure everything once and print one table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "pack"
        ignored = shutil.ignore_patterns("dist", "__pycache__")
        shutil.copytree(REPOSITORY / "emscripten-starter-pack", root, ignore=ignored)
        lesson = load_lesson(root)
        lesson = replace(lesson, targets=tuple(target for target in lesson.targets if not target.parts))
        build_lesson(lesson)
        print_rows("The starter pack", [_one_change(lesson, runs), _cold(lesson, max(runs // 3, 1))])
        print(f"\nnothing to do: {_timed(lambda: build_lesson(lesson)):.0f} ms")


def _one_change(lesson: Lesson, runs: int) -> Row:
    source = lesson.root / "c" / f"{EXAMPLE}.c"
    text = source.read_text(encoding="utf-8")
    (target,) = [each for each in lesson.targets if each.name == EXAMPLE]
    only = Lesson(lesson.root, lesson.title, lesson.order, lesson.page, targets=(target,))
    count = iter(range(1_000_000))

    def ours() -> None:
        source.write_text(f"{text}// {next(count)}\n", encoding="utf-8")
        build_lesson(only)

    ours_ms, bare_ms = in_turn(runs, ours, lambda: _bare(lesson, [EXAMPLE]))
    return Row("one change to one example", ours_ms, "the bare command", bare_ms, "at most 1.15")


def _cold(lesson: Lesson, runs: int) -> Row:
    names = [target.name for target in lesson.targets]

    def ours() -> None:
        build_lesson(lesson, Options(force=True))

    ours_ms, bare_ms = in_turn(runs, ours, lambda: _bare(lesson, names))
    aim = f"below 1, for {os.cpu_count()} cores,"
    return Row("the whole pack, cold", ours_ms, "the bare commands, one by one", bare_ms, aim)


def _bare(lesson: Lesson, names: list[str]) -> float:
    steps = [
        step
        for target in lesson.targets
        if target.name in names
        for step in plan_target(lesson, target, Options())[1].steps
    ]

    def run() -> None:
        for step in steps:
            env = {**os.environ, **step.command.env}
            subprocess.run(step.command.argv, cwd=lesson.root, env=env, check=True, capture_output=True)

    return _timed(run)


def _timed(work: object) -> float:
    start = time.perf_counter()
    work()  # type: ignore[operator]
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
