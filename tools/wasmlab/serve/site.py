"""The course while it is served: takes what has changed on disk, builds, and tells the pages."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from wasmlab import build
from wasmlab.course import Course, load_course
from wasmlab.errors import WasmlabError
from wasmlab.lesson import Lesson
from wasmlab.serve import building, files, problems
from wasmlab.serve.panels import Panels
from wasmlab.serve.queue import Builds
from wasmlab.shipped import MANIFEST

STATUS = "_wasmlab/status.json"

GRACE = 0.08
"""An editor may remove or empty a file before it writes it anew: look again after this (seconds)."""


class Listener(Protocol):
    """Who is told what the site does."""

    def changed(self, path: str) -> None:
        """Hear that pages must take `path` (relative to the site) anew."""

    def built(self, results: list[build.Result]) -> None:
        """Hear what a build left."""

    def failed(self, error: WasmlabError) -> None:
        """Hear that a lesson could not even be tried."""


class Site:
    """One served course; everything here runs on the event loop, only builds run in threads."""

    def __init__(
        self, course: Course, options: build.Options, *, reloads: bool = True, isolated: bool = True
    ) -> None:
        self.root = course.root.resolve()
        self.course = course
        self.options = options
        self.reloads = reloads
        self.isolated = isolated
        # Counts what was told to pages, from a number that no earlier server has used: one that starts anew
        # does so within a second, but tells nothing a thousand times in a second.
        self.build = time.time_ns() // 1_000_000
        self.listeners: list[Listener] = []
        self.states: dict[str, problems.State] = {}
        self._builds: dict[str, Builds] = {}
        self._inputs: dict[str, set[str]] = {}
        self._known: dict[str, Lesson] = {}
        self._panels: dict[str, Panels] = {}
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="build")
        self._take_course(course)
        self.seen = files.look(self.root, self.folders())

    # What is served

    def lesson(self, name: str) -> Lesson | None:
        """Return a lesson by its name; one whose manifest is broken as it was when it last read."""
        return self._known.get(name)

    def has(self, name: str) -> bool:
        """Return whether `name` is a lesson's folder, whatever its manifest is like."""
        return name in self._known or name in self.course.broken

    def folders(self) -> list[Path]:
        """Return the folders whose files matter: the lessons, the docs, and shared headers' own."""
        names = [*(lesson.name for lesson in self.course.lessons), *self.course.broken, "docs"]
        shared = {Path(path).parent for inputs in self._inputs.values() for path in inputs}
        own = [self.root / name for name in names]
        others = [
            folder
            for folder in sorted(shared)
            if folder.is_relative_to(self.root)
            and folder != self.root
            and not any(folder.is_relative_to(o) for o in own)
        ]
        return [folder for folder in [*own, *others] if folder.is_dir()]

    def status(self) -> dict[str, Any]:
        """Return the state of every lesson as plain data."""
        lessons = {name: state.to_json() for name, state in sorted(self.states.items())}
        return {"build": self.build, "lessons": lessons}

    async def settled(self, name: str) -> None:
        """Wait until `name` shows what was saved until now; its first build begins here, if need be."""
        if builds := self._builds.get(name):
            if not builds.begun:
                builds.ask()
            await builds.settled()

    async def finished(self, name: str) -> None:
        """Wait until the modules' pages, which are made after the modules, are there too."""
        await self.settled(name)
        if panels := self._panels.get(name):
            await panels.made()

    def busy(self) -> list[str]:
        """Return the names of the lessons that are being built."""
        return [name for name, builds in self._builds.items() if builds.busy]

    async def build_all(self, names: Iterable[str] = ()) -> None:
        """Build the lessons called `names`, or all of them, and wait for the end."""
        for name in list(names) or list(self._builds):
            if builds := self._builds.get(name):
                builds.ask()
        await self._all_settled()

    async def rebuild(self) -> None:
        """Build whatever has been built before, whether it is out of date or not, and wait for the end."""
        for builds in self._builds.values():
            if builds.begun:
                builds.ask(force=True)
        await self._all_settled()

    async def _all_settled(self) -> None:
        for builds in list(self._builds.values()):
            await builds.settled()

    # What changes

    def changed(self, paths: Iterable[str]) -> None:
        """Take it that the files at `paths` may have changed."""
        news = {path: files.signature(path) for path in paths}
        missing = {
            path for path, seen in news.items() if seen != self.seen.get(path) and not building.is_whole(seen)
        }
        if missing:
            asyncio.get_running_loop().call_later(GRACE, self._accept, missing)
        self._accept(path for path in news if path not in missing)

    def _accept(self, paths: Iterable[str]) -> None:
        """Act on every path whose file is another than the one last seen."""
        changed: dict[str, set[str]] = {}
        for path in paths:
            inside = self._inside(path)
            now = files.signature(path)
            if inside is None or now == self.seen.get(path) or self._is_being_made(inside):
                continue
            if now is None:
                self.seen.pop(path, None)
            else:
                self.seen[path] = now
            changed.setdefault(inside[0], set()).add("/".join(inside[1:]))
        if any(MANIFEST in inside for inside in changed.values()):
            self._take_course(load_course(self.root, is_copy=self.course.is_copy))
        for name, inside_lesson in changed.items():
            self._take_changes(name, inside_lesson)

    def _inside(self, path: str) -> tuple[str, ...] | None:
        try:
            parts = Path(path).relative_to(self.root).parts
        except ValueError:
            return None
        return parts if len(parts) > 1 and files.counts(parts) else None

    def _is_being_made(self, inside: tuple[str, ...]) -> bool:
        """Leave an output to the build that is at work on it."""
        builds = self._builds.get(inside[0])
        return builds is not None and builds.busy and "/".join(inside[1:]) in self._outputs(inside[0])

    def _outputs(self, name: str) -> set[str]:
        lesson = self._known.get(name)
        return {target.output for target in lesson.targets} if lesson else set()

    def _take_changes(self, name: str, inside: set[str]) -> None:
        outputs = self._outputs(name) & inside
        for output in sorted(outputs):
            self._take_output(name, output)
        paths = {str(self.root / name / path) for path in inside - outputs - {MANIFEST}}
        sources = {path for path in paths if files.is_c(path) or path in self._inputs.get(name, set())}
        for other, inputs in self._inputs.items():
            if inputs & paths:
                self._builds[other].ask()
        # Any file may mend a lesson that does not build: the one it misses has no known name.
        if name in self._builds and (sources or not self.states[name].ok):
            self._builds[name].ask()
        if self.has(name) or name == "docs":
            self._tell_pages({Path(path).relative_to(self.root).as_posix() for path in paths - sources})

    def _take_output(self, name: str, output: str) -> None:
        """Another process has built, or somebody has removed what was built."""
        if (self.root / name / output).is_file():
            self._tell(f"{name}/{output}")
        self._builds[name].ask()

    def _tell_pages(self, paths: set[str]) -> None:
        """Tell of each style sheet, and of one other file: a page reloads once for all of them."""
        styles = {path for path in paths if path.endswith(".css")}
        others = sorted(paths - styles)
        for path in others[:1] or sorted(styles):
            self._tell(path)

    def _tell(self, path: str) -> None:
        self.build += 1
        for listener in self.listeners:
            listener.changed(path)

    # Manifests

    def _take_course(self, course: Course) -> None:
        """Take the course as its manifests now say it; ask for builds where they say something else."""
        self.course = course
        here = {lesson.name: lesson for lesson in course.lessons}
        for name in set(self._builds) - set(here) - set(course.broken):
            self._forget(name)
        for name, error in course.broken.items():
            self._set_state(name, problems.of_error(error, kept=name in self._known), error)
        for name, lesson in here.items():
            self._take_lesson(name, lesson)

    def _take_lesson(self, name: str, lesson: Lesson) -> None:
        old = self._known.get(name)
        self._known[name] = lesson
        self._inputs[name] = building.inputs_of(lesson)
        if name not in self._builds:
            self._builds[name] = Builds(lambda force: self._build(name, force))
        was_broken = not self.states.get(name, problems.State()).ok
        if old is None:
            self.states.setdefault(name, problems.State())
            if self.listeners:  # the first look at a course is not news
                self._builds[name].ask()
                self._tell(f"{name}/{MANIFEST}")
        elif old != lesson or was_broken:
            # Not every line of a manifest changes a command: look at the border of the module again.
            self._builds[name].ask(force=old != lesson)
            if old != replace(lesson, targets=old.targets):
                self._tell(f"{name}/{MANIFEST}")

    def _forget(self, name: str) -> None:
        for known in (self._builds, self._known, self._inputs, self.states):
            known.pop(name, None)
        self._tell(f"{name}/{MANIFEST}")
        self._tell(STATUS)

    # Builds

    async def _build(self, name: str, force: bool) -> None:
        lesson = self._known.get(name)
        if lesson is None or name in self.course.broken:
            return
        loop = asyncio.get_running_loop()
        options = replace(self.options, force=self.options.force or force)
        try:
            results = await loop.run_in_executor(self._threads, building.build_modules, lesson, options)
        except WasmlabError as error:
            self._set_state(name, problems.of_error(error), error)
        except Exception as error:  # a fault of ours in one build must not end the lecture
            traceback.print_exc()
            self._set_state(name, problems.of_error(WasmlabError(f"the build broke: {error!r}")), None)
        else:
            self._take_results(name, lesson, results)
            self._panels.setdefault(name, Panels(self._threads)).make(lesson)

    def _take_results(self, name: str, lesson: Lesson, results: list[build.Result]) -> None:
        if name not in self._known or name in self.course.broken:
            return  # the lesson's folder or its manifest went while it was built
        # A failed build keeps no record; what it read before may still be what mends it.
        before = self._inputs[name] if any(result.error for result in results) else set()
        self._inputs[name] = building.inputs_of(lesson) | before
        for result in results:
            self._take_made(f"{name}/{result.target.output}")
        self._set_state(name, problems.of_results(results), None)
        for listener in self.listeners:
            listener.built(results)

    def _take_made(self, output: str) -> None:
        path = str(self.root / output)
        now = files.signature(path)
        if now is not None and now != self.seen.get(path):
            self.seen[path] = now
            self._tell(output)

    def _set_state(self, name: str, state: problems.State, error: WasmlabError | None) -> None:
        if state == self.states.get(name):
            return
        was_ok = self.states.get(name, problems.State()).ok
        self.states[name] = state
        if not (was_ok and state.ok):
            self._tell(STATUS)
        for listener in self.listeners if error else ():
            listener.failed(error)  # type: ignore[arg-type]

    def close(self) -> None:
        """End what is being built."""
        self.options.group.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)
