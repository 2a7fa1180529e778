"""Rules about a module's own shape: imports, exports, size, memory and instructions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from wasmlab.checks.notmet import NotMet
from wasmlab.errors import CheckBroken, UsageError
from wasmlab.names import did_you_mean

if TYPE_CHECKING:
    from wasmlab.checks.subject import Subject
    from wasmlab.inspecting.anatomy import Anatomy
    from wasmlab.wasmfile import Export


_OFTEN = (
    "call",
    "call_indirect",
    "loop",
    "i32.add",
    "i32.sub",
    "i32.mul",
    "i32.div_s",
    "i32.load",
    "i32.store",
)


class ModuleRules:
    """What is expected of a module before anything is called; every rule takes `help`."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    def imports_only(self, *names: str, help: str = "") -> ModuleRules:
        """Expect no import but these, written `module.name`; fewer are fine."""
        came = [needed.full_name for needed in self._subject.module.imports]
        return self._met(set(came) <= set(names), _listed(names), _listed(came), help)

    def imports(self, *names: str, help: str = "") -> ModuleRules:
        """Expect just these imports, each of them."""
        came = [needed.full_name for needed in self._subject.module.imports]
        return self._met(sorted(came) == sorted(names), _listed(names), _listed(came), help)

    def exports(self, *declarations: str, help: str = "") -> ModuleRules:
        """Expect just these exports: functions as `add(i32, i32) -> i32`, all else by its name."""
        came = [_declared(export) for export in self._subject.module.exports]
        return self._met(sorted(came) == sorted(declarations), _listed(declarations), _listed(came), help)

    def at_most_bytes(self, count: int, help: str = "") -> ModuleRules:
        """Expect at most so many bytes, without names and debug information."""
        from wasmlab.wasmlayout import read_sections

        data = self._subject.wasm
        size = len(data) - sum(section.size for section in read_sections(data) if section.id == 0)
        return self._met(size <= count, f"at most {count} bytes", f"{size} bytes", help)

    def at_most_pages(self, count: int, help: str = "") -> ModuleRules:
        """Expect memories of at most so many pages together at the start; a page has 64 KiB."""
        pages = sum(memory.minimum for memory in self._subject.module.memories)
        return self._met(pages <= count, f"memory of at most {count} * 64 KiB", f"{pages} * 64 KiB", help)

    def has_no_loop(self, function: str = "", help: str = "") -> ModuleRules:
        """Expect no loop in the functions of the lesson's sources, or in the one that is named."""
        return self.uses_no("loop", function, help=help)

    def uses(self, instruction: str, function: str = "", help: str = "") -> ModuleRules:
        """Expect this instruction, as in `i32.add`, somewhere in them."""
        found = instruction in self._instructions(instruction, function)
        return self._met(found, f"{instruction} in {_where(function)}", "it is not there", help)

    def uses_no(self, instruction: str, function: str = "", help: str = "") -> ModuleRules:
        """Expect this instruction nowhere in them."""
        count = self._instructions(instruction, function).count(instruction)
        times = "once" if count == 1 else f"{count} times"
        return self._met(not count, f"no {instruction} in {_where(function)}", f"it is there {times}", help)

    def _instructions(self, wanted_one: str, function: str) -> list[str]:
        """Return the instructions that are there, in which `wanted_one` is looked for.

        Raises:
            CheckBroken: there is no such instruction, so that it is never found.
        """
        from wasmlab.inspecting import inspect_file

        anatomy = inspect_file(self._subject.path, is_valid=True)
        wanted = self._chosen(anatomy, function)
        rows = [row for row in anatomy.rows if row.function in wanted]
        there = [row.text.split()[0].strip("()") for row in rows if row.text.strip()]
        if wanted_one not in there and not _is_instruction(wanted_one):
            hint = did_you_mean(wanted_one, {*there, *_OFTEN})
            raise CheckBroken(f"WebAssembly has no instruction {wanted_one!r}", hint)
        return there

    def _chosen(self, anatomy: Anatomy, function: str) -> set[int]:
        """Return the functions that are looked at, by number: a library's are not the student's.

        Where no library is linked all are, for a student can write one without a line of C, or with another
        file's name.
        """
        if function:
            chosen = {each.index for each in anatomy.functions if each.name == function}
            if not chosen:
                hint = f"write {function} under this name: the check looks at what is in it"
                raise UsageError(f"the module has no function {function!r}", hint)
            return chosen
        every = {each.index for each in anatomy.functions}
        if not self._subject.has_library:
            return every
        return {each.index for each in anatomy.functions if self._subject.is_own(each.file)} or every

    def _met(self, met: bool, expected: str, came: str, help: str) -> ModuleRules:
        if not met:
            raise NotMet("", expected, came, help, value=came)
        return self


@cache
def _is_instruction(name: str) -> bool:
    from wasmtime import WasmtimeError, wat2wasm

    try:
        wat2wasm(f"(module (func {name}))")
    except WasmtimeError as error:  # what it lacks behind its name is no matter here
        return not re.search("unknown operator|expected an instruction", str(error))
    return re.fullmatch(r"[a-z][a-z0-9_.]*", name) is not None


def _declared(export: Export) -> str:
    if export.kind != "func" or export.signature is None:
        return export.name
    return f"{export.name}{export.signature}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def _where(function: str) -> str:
    return function or "the lesson's functions"
