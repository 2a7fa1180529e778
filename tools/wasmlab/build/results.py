"""How to build, and what becomes of a target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from wasmlab import wasmfile
from wasmlab.errors import PartMissing, WasmlabError
from wasmlab.lesson import Lesson, Target
from wasmlab.process import Group
from wasmlab.toolchains.plan import Plan, Profile, Step

if TYPE_CHECKING:  # most builds have nothing to say
    from wasmlab.diagnostics import Diagnostic
    from wasmlab.traps import TrapTable


@dataclass(frozen=True)
class Options:
    """How to build: `tool_path` names a compiler instead of the one that would be found.

    `on_start` is called before a target is built, `on_step` before each of its commands, `on_news`
    for what takes long in one, `on_made` with a module for which a page is wanted, before it is
    published, and `on_table` with what its debug information says, possibly from several threads at
    once; `group` holds what is running, so that another thread can stop it. Without `has_page` nothing
    is made that only a page reads, and without `has_parts` no target that takes a part beyond its
    toolchain: such a part may need more than a compiler of submissions may have. Without `has_record`
    the next build makes all of it anew.
    """

    profile: Profile = "debug"
    tool_path: Path | None = None
    force: bool = False
    on_start: Callable[[Lesson, Target, Plan], None] = lambda _lesson, _target, _plan: None
    on_step: Callable[[Step], None] = lambda _step: None
    on_news: Callable[[Step, str], None] = lambda _step, _what: None
    on_made: Callable[[Target, bytes], None] = lambda _target, _module: None
    on_table: Callable[[Target, bytes, TrapTable], None] = lambda _target, _module, _table: None
    group: Group = field(default_factory=Group)
    has_page: bool = True
    has_parts: bool = True
    has_record: bool = True


@dataclass(frozen=True)
class Result:
    """What became of one target: `error` is None when nothing failed; `fresh` when nothing was to do.

    `diagnostics` are the compiler's and linker's messages explained, `raw` is their original text.
    `kept` says that a failed build left the last good output where it was. A target that `waits` for a
    part that is not on this machine was not built, and that is no failure.
    """

    lesson: Lesson
    target: Target
    module: wasmfile.Module | None = None
    fresh: bool = False
    seconds: float = 0.0
    diagnostics: tuple[Diagnostic, ...] = ()
    raw: str = ""
    error: WasmlabError | None = None
    kept: bool = False
    waits: PartMissing | None = None


@dataclass
class Failure(Exception):
    """A step said no; carries its words up to the result."""

    error: WasmlabError
    raw: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
