"""What a lesson's page needs beside what it builds: published under `dist/`, told as a build's result."""

from __future__ import annotations

import time
from pathlib import Path

from wasmlab import packages
from wasmlab.assets import bundles, python
from wasmlab.build import Result, stage
from wasmlab.errors import WasmlabError
from wasmlab.lesson import Lesson, Target

_PLACES = {
    "python": f"{python.FOLDER}/{python.INDEX}",
    "editor": "dist/editor/editor.js",
    "languages": "dist/languages/script.js",
}


def publish(lesson: Lesson, asset: str) -> Result:
    """Put an asset beside the lesson's page; it is told as a target that needs no compiler."""
    target = Target(asset, "", (), _PLACES[asset])
    start = time.perf_counter()
    folder = lesson.root / "dist" / asset
    try:
        with stage.locked(lesson):
            made = _python(lesson, folder) if asset == "python" else bundles.publish(asset, folder)
    except WasmlabError as error:
        return Result(lesson, target, error=error)
    except OSError as error:
        return Result(lesson, target, error=stage.refused(folder, error))
    return Result(lesson, target, fresh=not made, seconds=time.perf_counter() - start)


def _python(lesson: Lesson, folder: Path) -> bool:
    made = python.publish(folder)
    return packages.publish(lesson) or made


def state(lesson: Lesson, asset: str) -> str:
    """Return how the asset stands beside the lesson's page, in the words of `wasmlab list`."""
    folder = lesson.root / "dist" / asset
    published = python.is_published(folder) if asset == "python" else bundles.is_published(asset, folder)
    if published:
        return "built"
    return "out of date" if folder.is_dir() and any(folder.iterdir()) else "not built"
