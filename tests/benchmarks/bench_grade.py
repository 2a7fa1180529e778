"""How many submissions a second: `wasmlab grade`, the bare compiler, and check50 on the same task.

    python tests/benchmarks/bench_grade.py                      # 40 submissions, all of them
    python tests/benchmarks/bench_grade.py --submissions 5000   # and whether memory stays flat
    python tests/benchmarks/bench_grade.py --engine chromium    # with the checks of the page too

Every source differs from every other, so that no compiler's cache answers. Beside the rate stands the
processor's time for one submission, which other work on the same machine changes little.
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
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import psutil

from wasmlab.build import Options as BuildOptions
from wasmlab.build import plan_target
from wasmlab.grade.batch import Options, grade
from wasmlab.grade.confining import choose
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.submission import Submission
from wasmlab.grade.template import make_template
from wasmlab.grade.workers.worker import compilers
from wasmlab.lesson import load_lesson
from wasmlab.process import Group

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


@dataclass(frozen=True)
class Measured:
    """So many submissions took `seconds`, and each `processor` seconds of all cores together."""

    count: int
    seconds: float
    processor: float

    @property
    def rate(self) -> float:
        """Submissions a second."""
        return self.count / self.seconds


def _processor() -> float:
    """Return the processor's time of this process and of all that it has started, ended or not."""
    own = psutil.Process()
    used = 0.0
    for process in (own, *own.children(recursive=True)):
        with suppress(psutil.Error):
            used += sum(process.cpu_times()[:4])  # its own, and that of its children that have ended
    return used


def bare(count: int, way: str) -> Measured:
    """Compile and link, confined by `way` and nothing else, as many at a time as there are cores."""
    lesson = load_lesson(LESSON)
    limits = GradeLimits().commands
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        template = make_template(lesson, Path(place, "template"))
        todo = list(enumerate(sources(count)))
        rooms = [Path(place, f"room{n}") for n in range(os.cpu_count() or 1)]
        made = [stack.enter_context(compilers(way, room, template, limits)) for room in rooms]
        _, plan = plan_target(lesson, lesson.targets[0], BuildOptions(tool_path=made[0][1]))

        def work(room: Path, group: Group) -> None:
            while todo:
                number, content = todo.pop()
                folder = room / str(number)
                (folder / plan.stage).mkdir(parents=True)
                (folder / "c").mkdir()
                (folder / FILE).write_bytes(content)
                for step in plan.steps:
                    if not group.run(replace(step.command, cwd=folder)).ok:
                        sys.exit("the bare compiler refuses its own task")

        works = [partial(work, room, group) for room, (group, _) in zip(rooms, made, strict=True)]
        return _measured(count, works)


def _measured(count: int, works: list[Callable[[], None]]) -> Measured:
    """Do `works` side by side."""
    used = _processor()
    seconds = _side_by_side(works)
    return Measured(count, seconds, (_processor() - used) / count)


def _side_by_side(works: list[Callable[[], None]]) -> float:
    threads = [threading.Thread(target=work) for work in works]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


_LOOKS = 10  # at all processes' memory: with browsers one takes 30 ms, which is a tenth of a submission


class _Watch:
    """Looks at the workers as submissions are graded."""

    def __init__(self, count: int) -> None:
        self.sizes: list[int] = []
        self._count = count
        self._seen = 0
        self._from = min(count // 2, 2 * (os.cpu_count() or 1))  # until then workers start
        self._until = min(count, 200)  # then they make room for new ones, and take their numbers along
        self._first = self._last = 0.0
        self._own = 0.0  # the processor's time of looking at memory, which is no grading

    def look(self, _graded: object) -> None:
        """Note the memory now and then, and the processor's time at the beginning and the end."""
        self._seen += 1
        if self._seen == self._from:
            self._first = _processor() - self._own
        if self._seen == self._until:
            self._last = _processor() - self._own
        between = max(1, self._count // _LOOKS)
        if self._seen % between == between // 2:  # not where a worker has just made room for a new one
            begun = time.thread_time()
            self.sizes.append(self._memory() >> 20)
            self._own += time.thread_time() - begun

    @property
    def processor(self) -> float:
        """Seconds for each submission, once the workers stand."""
        return (self._last - self._first) / (self._until - self._from)

    @staticmethod
    def _memory() -> int:
        found = 0
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                found += process.memory_full_info().uss if process.is_running() else 0
        return found


def ours(count: int, engines: tuple[str, ...], way: str) -> tuple[Measured, list[int]]:
    """Grade; return what it took from the first command on, and the memory of all workers as it went."""
    handed_in = [Submission(f"s{n}", {FILE: content}) for n, content in enumerate(sources(count))]
    options = Options(engines, choose(way), GradeLimits(), jobs=os.cpu_count() or 1)
    watch = _Watch(count)
    with tempfile.TemporaryDirectory() as out:
        start = time.perf_counter()
        batch = grade(load_lesson(LESSON), handed_in, Path(out), options, watch.look)
        seconds = time.perf_counter() - start
    wrong = [graded for graded in batch.graded if not graded.is_good]
    if wrong:
        sys.exit(f"{len(wrong)} were not passed, first {wrong[0].name}: {wrong[0].outcome} {wrong[0].why}")
    return Measured(count, seconds, watch.processor), watch.sizes


def check50(count: int) -> Measured:
    """Run check50 in its local mode, as many at a time as there are cores."""
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

        return _measured(count, [work] * (os.cpu_count() or 1))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument("--engine", action="append", help="beside wasmtime")
    parser.add_argument("--confinement", default="")
    asked = parser.parse_args()
    count, way = asked.submissions, asked.confinement or choose().name
    few = min(count, 200)  # fewer take half a second, and say little
    graded, sizes = ours(count, ("wasmtime", *(asked.engine or ())), way)
    found = {
        f"wasmlab grade ({way})": graded,
        f"the bare compiler ({way})": bare(few, way),
        "the bare compiler (none)": bare(few, "none"),
    }
    try:
        import check50 as _installed  # noqa: F401

        found["check50 --dev"] = check50(min(count, 10))
    except ImportError:
        print("check50 is not installed: python -m pip install check50")
    print(f"{os.cpu_count()} cores, {count} submissions, every one right")
    print(f"{'':36}{'a second':>10}{'of grade':>10}{'processor ms':>14}{'of grade':>10}")
    for name, one in found.items():
        of_rate, of_time = one.rate / graded.rate, one.processor / graded.processor
        print(f"{name:36}{one.rate:10.2f}{of_rate:9.2f}x{1000 * one.processor:14.0f}{of_time:9.2f}x")
    print(f"memory of all workers in MiB, from the first to the last: {' '.join(map(str, sizes))}")


if __name__ == "__main__":
    main()
