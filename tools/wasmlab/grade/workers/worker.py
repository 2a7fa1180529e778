"""The process that grades: it stays for many submissions, and is ended where one hangs it."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from wasmlab.checks.verdicts import Verdict
from wasmlab.errors import WasmlabError
from wasmlab.grade.confining import choose, compiler_path
from wasmlab.grade.confining.native import NativeGroup
from wasmlab.grade.confining.sandbox import SandboxGroup
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.outcome import Graded
from wasmlab.grade.template import Template, readable_for
from wasmlab.grade.workers.checker import Checker
from wasmlab.grade.workers.forking import can_fork
from wasmlab.grade.workers.room import Room
from wasmlab.grade.workers.wire import messages, own_stdout, send, unpacked
from wasmlab.lesson import load_lesson
from wasmlab.process import Group

if TYPE_CHECKING:
    from wasmlab.grade.confining.limits import CompilerLimits


def main() -> None:
    """Answer until the parent is gone."""
    inbox, outbox = os.fdopen(os.dup(0), "rb"), own_stdout()  # pytest takes 0 and 1 for itself
    requests = messages(inbox)
    start = next(requests, None)
    if start is None:
        return
    place = Path(start["place"])
    (place / "cwd").mkdir(parents=True, exist_ok=True)
    os.chdir(place / "cwd")  # the traces of pages go there
    try:
        with _room(start, place) as room:
            send(outbox, "ready")
            for number, request in enumerate(requests):
                _answer(room, request, outbox)
                if number == 0:
                    gc.collect()
                    gc.freeze()  # what is imported by now stays, and is not looked at again and again
    except WasmlabError as error:
        send(outbox, "broken", what=error.what, hint=error.hint)
        return
    except BrokenPipeError:  # the parent is gone, in the middle of a submission
        pass
    _clear(place, Path(start["template"]))


def _clear(place: Path, template: Path) -> None:
    """Remove what a parent has left that ended before us: else the checks would stay here for good."""
    os.chdir(place.parent)
    for folder in (place, template):
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _room(start: dict[str, Any], place: Path) -> Iterator[Room]:
    from wasmlab.checks.runs.starting import started_pages

    limits = GradeLimits.from_json(start["limits"])
    template = Template(Path(start["template"]), start["lesson"])
    way, engines = start["confinement"], tuple(start["engines"])
    with ExitStack() as stack:
        group, tool = stack.enter_context(compilers(way, place / "room", template, limits.commands))
        pages = stack.enter_context(started_pages(engines, cut_off=True))
        if pages is not None:
            pages.keeps = False
        checker = standby = None
        if pages is None and can_fork():
            checker = stack.enter_context(closing(Checker(place, template, engines, limits)))
        else:
            from wasmlab.grade.workers.standby import Standby

            made = Standby(template.checks, engines, limits, pages, place / "scratch")
            standby = stack.enter_context(closing(made))
        yield Room(place / "room", template, group, tool, engines, limits, way, pages, checker, standby)


@contextmanager
def compilers(
    way: str, place: Path, template: Template, limits: CompilerLimits
) -> Iterator[tuple[Group, Path | None]]:
    """Return what runs the compilers confined by `way` in the folder `place`, and the one to use.

    Raises:
        ConfinementMissing: this machine does not have it.
    """
    choose(way)
    place.mkdir(parents=True, exist_ok=True)
    tool = compiler_path(way)
    kind = "landlock" if way == "sandbox-compiler" and _has_landlock() else way
    native = NativeGroup(
        "none" if kind == "sandbox-compiler" else kind,
        place,
        readable_for(load_lesson(template.lesson)),
        limits,
    )
    try:
        yield (SandboxGroup(tool, place / "tmp", native, limits) if tool else native), tool
    finally:
        native.close()


def _has_landlock() -> bool:
    from wasmlab.grade.confining import landlock

    return bool(landlock.find())


def _answer(room: Room, request: dict[str, Any], outbox: IO[bytes]) -> None:
    def tell(phase: str, verdict: Verdict | None) -> None:
        watched = room.checker is not None and phase == "checking"
        send(outbox, phase, verdict=verdict.to_json() if verdict else None, watched=watched)

    name = request["name"]
    try:
        graded = room.grade(name, unpacked(request["files"]), tell)
    except WasmlabError as error:
        graded = Graded(name, "error", error.what, error.hint, confinement=room.confinement)
    except Exception as error:  # whatever it is, the batch goes on
        what = f"the grader failed: {type(error).__name__}: {error}"
        graded = Graded(name, "error", what, "report it with the submission", confinement=room.confinement)
    send(outbox, "graded", graded=graded.to_json())


if __name__ == "__main__":
    main()
