"""The lessons of a course with what is built of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from wasmlab.build import Options, fingerprint, plan_target
from wasmlab.course import Course
from wasmlab.errors import PartMissing, WasmlabError
from wasmlab.lesson import Lesson, Target, page_problem
from wasmlab.toolchains.plan import Profile


@dataclass(frozen=True)
class Listed:
    """One lesson: `state` is a short word for a person, `problem` says what is in the way."""

    name: str
    title: str
    state: str
    problem: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the lesson as plain data."""
        return asdict(self)


_WAITS = "waits"
_WORST_FIRST = (
    "cannot be built",
    "not built",
    "out of date",
    "built",
    "built (release)",
    "built (debug)",
    _WAITS,
)


def list_lessons(course: Course) -> list[Listed]:
    """Return all lessons in their order; those whose manifest does not read come last."""
    broken = [Listed(name, "", "broken manifest", error.what) for name, error in course.broken.items()]
    return [*(_listed(lesson) for lesson in course.lessons), *broken]


def _listed(lesson: Lesson) -> Listed:
    states = [_state(lesson, target) for target in lesson.targets]
    states += [(_state_of_asset(lesson, asset), "") for asset in lesson.assets]
    if not states:
        return Listed(lesson.name, lesson.title, "nothing to build", page_problem(lesson))
    state, problem = min(states, key=lambda pair: _WORST_FIRST.index(pair[0]))
    waiting = next((why for word, why in states if word == _WAITS), "")
    return Listed(lesson.name, lesson.title, state, problem or page_problem(lesson) or waiting)


def _state_of_asset(lesson: Lesson, asset: str) -> str:
    from wasmlab.build.page_parts import state

    return state(lesson, asset)


def _state(lesson: Lesson, target: Target) -> tuple[str, str]:
    profiles: tuple[Profile, ...] = ("debug", "release")
    try:
        for profile in profiles:
            tool, plan = plan_target(lesson, target, Options(profile))
            if fingerprint.current(lesson, target, tool, plan):
                return f"built ({profile})", ""
    except PartMissing as error:
        return _WAITS, f"{target.name} waits: {error.what}"
    except WasmlabError as error:
        return "cannot be built", error.what
    there = (lesson.root / target.output).is_file()
    return ("out of date" if there else "not built"), ""
