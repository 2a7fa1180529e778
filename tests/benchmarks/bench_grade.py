"""How many submissions a second: `wasmlab grade`, the bare compiler, and check50 on the same task.

    python tests/benchmarks/bench_grade.py                      # 40 submissions, all three
    python tests/benchmarks/bench_grade.py --submissions 5000   # and whether memory stays flat
    python tests/benchmarks/bench_grade.py --engine chromium    # with the checks of the page too

Every source differs from every other, so that no compiler's cache answers.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from wasmlab.build import Options as BuildOptions
from wasmlab.build import plan_target
from wasmlab.grade.batch import Options, grade
from wasmlab.grade.confining import choose
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.submission import Submission
from wasmlab.lesson import load_lesson

LESSON = Path(__file__).parents[2] / "minimal-demo"
FILE = "c/add_and_log.c"

# The same task for check50: add two numbers and say the sum, three examples.
CHECKS = '''
import check50
import check50.c

@check50.check()
def exists():
    """add.c exists"""
    check50.exists("add.c")

@check50.check(exists)
def compiles():
    """add.c compiles"""
    check50.c.compile("add.c")

@check50.check(compiles)
def adds():
    """5 and 7 are 12"""
    check50.run("./add 5 7").stdout("12").exit(0)

@check50.check(compiles)
def adds_nothing():
    """0 and 0 are 0"""
    check50.run("./add 0 0").stdout("0").exit(0)

@check50.check(compiles)
def adds_negatives():
    """-5 and 7 are 2"""
    check50.run("./add -5 7").stdout("2").exit(0)
'''
PROGRAM = """#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) { printf("%d\\n", atoi(argv[1]) + atoi(argv[2])); return argc - 3; }
"""


def sources(count: int) -> list[bytes]:
    """Return so many right answers, no two alike."""
    text = (LESSON / FILE).read_text(encoding="utf-8")
    return [f"{text}\nstatic int unused_{n} __attribute__((unused)) = {n};\n".encode() for n in range(count)]


def bare(count: int) -> float:
    """Compile and link, nothing else, as many at a time as there are cores; return seconds in all."""
    lesson = load_lesson(LESSON)
    _, plan = plan_target(lesson, lesson.targets[0], BuildOptions())
    jobs = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as place:
        todo = list(enumerate(sources(count)))

        def work() -> None:
            while todo:
                number, content = todo.pop()
                folder = Path(place, str(number))
                (folder / plan.stage).mkdir(parents=True)
                (folder / "c").mkdir()
                (folder / FILE).write_bytes(content)
                for step in plan.steps:
                    subprocess.run(step.command.argv, cwd=folder, check=True)

        return _side_by_side(work, jobs)


def _side_by_side(work: Callable[[], None], jobs: int) -> float:
    threads = [threading.Thread(target=work) for _ in range(jobs)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def ours(count: int, engines: tuple[str, ...], confinement: str) -> tuple[float, list[int]]:
    """Grade; return seconds in all, from the first command on, and the memory of all workers as it went."""
    handed_in = [Submission(f"s{n}", {FILE: content}) for n, content in enumerate(sources(count))]
    options = Options(engines, choose(confinement), GradeLimits(), jobs=os.cpu_count() or 1)
    sizes: list[int] = []

    def look(_graded: object) -> None:
        if len(sizes) < 2 or ((step := max(1, count // 50)) and look.calls % step == 0):  # type: ignore[attr-defined]
            found = psutil.Process().children(recursive=True)
            sizes.append(sum(process.memory_info().rss for process in found if process.is_running()) >> 20)
        look.calls += 1  # type: ignore[attr-defined]

    look.calls = 0  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as out:
        start = time.perf_counter()
        batch = grade(load_lesson(LESSON), handed_in, Path(out), options, look)
        seconds = time.perf_counter() - start
    wrong = [graded for graded in batch.graded if not graded.is_good]
    if wrong:
        sys.exit(f"{len(wrong)} were not passed, first {wrong[0].name}: {wrong[0].outcome} {wrong[0].why}")
    return seconds, sizes


def check50(count: int) -> float:
    """Run check50 in its local mode, as many at a time as there are cores; return seconds in all."""
    with tempfile.TemporaryDirectory() as place:
        problem = Path(place, "problem")
        problem.mkdir()
        (problem / ".cs50.yml").write_text("check50:\n  files:\n    - !require add.c\n", encoding="utf-8")
        (problem / "__init__.py").write_text(CHECKS, encoding="utf-8")
        todo = list(range(count))

        def work() -> None:
            while todo:
                number = todo.pop()
                folder = Path(place, str(number))
                folder.mkdir()
                (folder / "add.c").write_text(f"{PROGRAM}// {number}\n", encoding="utf-8")
                command = [sys.executable, "-m", "check50", "--dev", "-o", "json", "--", str(problem)]
                done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
                found = json.loads(done.stdout)
                if not all(result["passed"] for result in found["results"]):
                    sys.exit(f"check50 did not pass its own task: {done.stdout[:500]}")

        return _side_by_side(work, os.cpu_count() or 1)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument("--engine", action="append", help="beside wasmtime")
    parser.add_argument("--confinement", default="")
    asked = parser.parse_args()
    count = asked.submissions
    few = min(count, 40)
    rates = {"the bare compiler": few / bare(few)}
    seconds, sizes = ours(count, ("wasmtime", *(asked.engine or ())), asked.confinement)
    rates[f"wasmlab grade ({asked.confinement or choose().name})"] = count / seconds
    try:
        import check50 as _installed  # noqa: F401

        rates["check50 --dev"] = min(count, 10) / check50(min(count, 10))
    except ImportError:
        print("check50 is not installed: python -m pip install check50")
    ours_rate = next(rate for name, rate in rates.items() if name.startswith("wasmlab"))
    print(f"{os.cpu_count()} cores, {count} submissions, every one right")
    for name, rate in rates.items():
        print(f"{name:34} {rate:7.2f} a second   {ours_rate / rate:6.2f} x that is wasmlab grade")
    print(f"memory of all workers in MiB, from the first to the last: {' '.join(map(str, sizes))}")


if __name__ == "__main__":
    main()
