"""What a lesson's page needs beside what it builds: published under `dist/`, told as a build's result."""

from __future__ import annotations

import time

from wasmlab import stage
from wasmlab.assets import python
from wasmlab.build import Result
from wasmlab.errors import WasmlabError
from wasmlab.lesson import Lesson, Target


def publish_python(lesson: Lesson) -> Result:
    """Put Python beside the lesson's page; it is told as a target that needs no compiler."""
    target = Target("python", "", (), f"{python.FOLDER}/{python.INDEX}")
    start = time.perf_counter()
    try:
        with stage.locked(lesson):
            made = python.publish(lesson.root / python.FOLDER)
    except WasmlabError as error:
        return Result(lesson, target, error=error)
    except OSError as error:
        return Result(lesson, target, error=stage.refused(lesson.root / python.FOLDER, error))
    return Result(lesson, target, fresh=not made, seconds=time.perf_counter() - start)
