"""What a site asks of a build, for one lesson at a time."""

from __future__ import annotations

import os

from wasmlab import build
from wasmlab.build import fingerprint
from wasmlab.build.beside import publish_panels
from wasmlab.lesson import Lesson
from wasmlab.serve import files


def build_modules(lesson: Lesson, options: build.Options) -> list[build.Result]:
    """Build the modules of a lesson that is still there; nothing is built once all is being stopped."""
    if not lesson.manifest.is_file():
        return []  # its folder is being removed, and building would make it anew
    try:
        return build.build_modules(lesson, options)
    except KeyboardInterrupt:  # we are being stopped, and nobody asks for the results any more
        return []


def make_pages(lesson: Lesson) -> None:
    """Make the modules' pages of a lesson that is still there."""
    if lesson.manifest.is_file():
        publish_panels(lesson)


def is_whole(seen: files.Signature | None) -> bool:
    """Return whether a file is there and has something in it."""
    return seen is not None and seen[1] > 0


def inputs_of(lesson: Lesson) -> set[str]:
    """Return the files that the last builds of a lesson have read."""
    names = {name for target in lesson.targets for name in fingerprint.known_inputs(lesson, target)}
    return {os.path.normpath(lesson.root / name) for name in names}
