"""Reads DWARF out of a module: line tables, inlined calls, and clang's words for its checks."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import PureWindowsPath
from posixpath import normpath
from typing import Any

from elftools.dwarf.descriptions import describe_form_class
from elftools.dwarf.dwarfinfo import DebugSectionDescriptor, DwarfConfig, DWARFInfo

from wasmlab.traps.abbreviations import Abbreviations
from wasmlab.traps.lineprogram import Header, run_line_program
from wasmlab.traps.reasons import reason_of_check
from wasmlab.traps.table import Check, Inlined, Line, TrapTable
from wasmlab.wasmlayout import CODE, custom_section, read_bodies, read_sections

_CHECK = "__clang_trap_msg$"
_BIGGEST = 1 << 20  # bytes of .debug_info: more is a whole library, and seconds of reading
_SECTIONS = {
    "debug_info_sec": ".debug_info",
    "debug_abbrev_sec": ".debug_abbrev",
    "debug_str_sec": ".debug_str",
    "debug_ranges_sec": ".debug_ranges",
    "debug_line_sec": ".debug_line",
    "debug_addr_sec": ".debug_addr",
    "debug_str_offsets_sec": ".debug_str_offsets",
    "debug_line_str_sec": ".debug_line_str",
    "debug_rnglists_sec": ".debug_rnglists",
}
_UNUSED = (
    *("debug_aranges_sec", "debug_frame_sec", "eh_frame_sec", "debug_loc_sec", "debug_pubtypes_sec"),
    *("debug_pubnames_sec", "debug_loclists_sec", "debug_sup_sec", "gnu_debugaltlink_sec", "debug_types_sec"),
)


def read_debug_info(wasm: bytes, offsets: Collection[int] | None = None) -> TrapTable:
    """Return the table of a module, with its functions' names only where there is no DWARF.

    Inlined calls and checks take most of the time: with `offsets`, only those of the sources that
    hold one of them are read; with none at all, none.
    Damaged debug information is read as far as it goes: it is a help, not a part of the program.

    Raises:
        ModuleUnreadable: `wasm` is no core module.
    """
    sections = read_sections(wasm)
    bodies = read_bodies(wasm, sections)
    functions = tuple((body.start, body.name or f"function {body.index}") for body in bodies)
    first = bodies[0].index if bodies else 0
    code = next((section for section in sections if section.id == CODE), None)
    parts = {name: custom_section(wasm, sections, part) for name, part in _SECTIONS.items()}
    if code is None or not parts["debug_info_sec"]:
        return TrapTable(functions=functions, first=first)
    if offsets is None and len(parts["debug_info_sec"]) > _BIGGEST:
        offsets = ()
    reader = _Reading(code.content, code.end - code.content, parts["debug_line_sec"])
    with suppress(Exception):  # pyelftools raises whatever damaged bytes lead it to
        reader.read(_dwarf(parts), offsets)
    return replace(reader.table(functions), first=first)


def _dwarf(parts: dict[str, bytes]) -> Any:
    used = {
        name: DebugSectionDescriptor(io.BytesIO(data), name, 0, len(data), 0) if data else None
        for name, data in parts.items()
    }
    config = DwarfConfig(little_endian=True, machine_arch="wasm32", default_address_size=4)
    dwarf: Any = DWARFInfo(config=config, **used, **dict.fromkeys(_UNUSED))
    dwarf.get_abbrev_table = lambda offset: Abbreviations(parts["debug_abbrev_sec"], offset)
    return dwarf


class _Reading:
    """Collects rows over all units; DWARF counts from the code section, the table from the file."""

    def __init__(self, base: int, size: int, program: bytes) -> None:
        self.base = base
        self.size = size
        self.program = program
        self.files: dict[str, int] = {}
        self.lines: list[Line] = []
        self.inlined: list[Inlined] = []
        self.checks: list[Check] = []

    def read(self, dwarf: Any, offsets: Collection[int] | None) -> None:
        units = list(dwarf.iter_CUs())
        # A library that came compiled brings sources of another machine, and many of them.
        own = [unit for unit in units if not _absolute(_text(unit.get_top_DIE(), "DW_AT_name"))]
        for unit in own or units:
            program = dwarf.line_program_for_CU(unit)
            if program is None:
                continue
            files = self._file_numbers(unit, program)
            known = len(self.lines)
            self._read_lines(program, files)
            wanted = offsets is None or _holds(self.lines[known:], offsets)
            for die in unit.iter_DIEs() if wanted else ():
                if die.tag == "DW_TAG_inlined_subroutine":
                    self._read_inlined(dwarf, die, files)

    def table(self, functions: tuple[tuple[int, str], ...]) -> TrapTable:
        lines = _without_repeats(sorted(self.lines, key=lambda row: (row.offset, row.file >= 0)))
        # Outer before inner: an inner call starts later or ends earlier.
        inlined = sorted(self.inlined, key=lambda row: (row.start, -row.end))
        checks = sorted(self.checks, key=lambda row: row.start)
        return TrapTable(tuple(self.files), functions, tuple(lines), tuple(inlined), tuple(checks))

    def _file_numbers(self, unit: Any, program: Any) -> dict[int, int]:
        header = program.header
        first = 0 if header.version >= 5 else 1
        root = _text(unit.get_top_DIE(), "DW_AT_comp_dir")
        folders = [_decoded(folder) for folder in header.include_directory]
        if header.version < 5:
            folders = [root, *folders]
        return {
            number: self._file(root, _at(folders, entry.dir_index), _decoded(entry.name))
            for number, entry in enumerate(header.file_entry, first)
        }

    def _file(self, root: str, folder: str, name: str) -> int:
        return self.files.setdefault(source_name(root, folder, name), len(self.files))

    def _read_lines(self, program: Any, files: dict[int, int]) -> None:
        header = program.header
        steps = Header(
            header.opcode_base,
            header.line_base,
            header.line_range,
            header.minimum_instruction_length,
            header.standard_opcode_lengths,
        )
        start, end = program.program_start_offset, program.program_end_offset
        rows: list[Line] = []
        for address, file, line, column in run_line_program(self.program, start, end, steps):
            if line > 0:  # line 0 is code without a place of its own: the row before goes on
                rows.append(Line(address + self.base, files.get(file, -1), line, column))
            elif line < 0:
                self._keep([*rows, Line(address + self.base, -1, 0, 0)])
                rows = []

    def _keep(self, rows: list[Line]) -> None:
        """Keep a sequence, unless the linker threw its function away and left an address of nowhere."""
        if self._inside(rows[0].offset - self.base):
            self.lines += rows

    def _inside(self, address: int) -> bool:
        return 0 < address < self.size

    def _read_inlined(self, dwarf: Any, die: Any, files: dict[int, int]) -> None:
        name = _text(die.get_DIE_from_attribute("DW_AT_abstract_origin"), "DW_AT_name")
        place = (
            files.get(_number(die, "DW_AT_call_file"), -1),
            _number(die, "DW_AT_call_line"),
            _number(die, "DW_AT_call_column"),
        )
        for low, high in _ranges(dwarf, die):
            if not self._inside(low):
                continue
            start, end = low + self.base, high + self.base
            if name.startswith(_CHECK):
                self.checks.append(Check(start, end, *reason_of_check(name.rpartition("$")[2]), *place))
            else:
                self.inlined.append(Inlined(start, end, name or "an inlined function", *place))


def source_name(root: str, folder: str, name: str) -> str:
    """Return a source's name without any path of the machine that compiled it.

    A source under the compilation's folder keeps its path from there; another keeps its last name.
    """
    root, folder, name = (part.replace("\\", "/") for part in (root, folder, name))
    whole = name if _absolute(name) else f"{folder}/{name}" if folder else name
    whole = whole if _absolute(whole) or not root else f"{root}/{whole}" if _absolute(root) else whole
    whole, root = normpath(whole), normpath(root or ".")
    if _absolute(whole):
        whole = whole.removeprefix(f"{root}/") if _absolute(root) else whole
        return whole.rpartition("/")[2] if _absolute(whole) else whole
    return whole.rpartition("/")[2] if whole.startswith("../") else whole


def _absolute(path: str) -> bool:
    return path.startswith("/") or bool(PureWindowsPath(path).drive)


def _ranges(dwarf: Any, die: Any) -> Iterator[tuple[int, int]]:
    attributes = die.attributes
    if "DW_AT_ranges" in attributes:
        base = _number(die.cu.get_top_DIE(), "DW_AT_low_pc")
        offset = attributes["DW_AT_ranges"].value
        for entry in dwarf.range_lists().get_range_list_at_offset(offset, cu=die.cu):
            if hasattr(entry, "base_address"):
                base = entry.base_address
            else:
                start = 0 if getattr(entry, "is_absolute", False) else base
                yield start + entry.begin_offset, start + entry.end_offset
    elif "DW_AT_low_pc" in attributes and "DW_AT_high_pc" in attributes:
        low, high = attributes["DW_AT_low_pc"], attributes["DW_AT_high_pc"]
        distance = describe_form_class(high.form) == "constant"
        yield low.value, low.value + high.value if distance else high.value


def _holds(rows: list[Line], offsets: Collection[int]) -> bool:
    places = [row.offset for row in rows]
    return bool(places) and any(min(places) <= offset <= max(places) for offset in offsets)


def _without_repeats(rows: list[Line]) -> list[Line]:
    kept: list[Line] = []
    for row in rows:
        if kept and row.offset == kept[-1].offset:
            kept[-1] = row
        elif not kept or (row.file, row.line, row.column) != (kept[-1].file, kept[-1].line, kept[-1].column):
            kept.append(row)
    return kept


def _text(die: Any, name: str) -> str:
    return _decoded(die.attributes[name].value) if name in die.attributes else ""


def _number(die: Any, name: str) -> int:
    return int(die.attributes[name].value) if name in die.attributes else 0


def _at(folders: list[str], number: int) -> str:
    return folders[number] if number < len(folders) else ""


def _decoded(text: bytes | str) -> str:
    return text.decode("utf-8", errors="replace") if isinstance(text, bytes) else text
