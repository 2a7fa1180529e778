"""Reads DWARF's abbreviations as they are asked for: pyelftools takes longer over them than emcc over a link.

Source: DWARF Debugging Information Format 5, section 7.5.3.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from elftools.dwarf.enums import ENUM_DW_AT, ENUM_DW_FORM, ENUM_DW_TAG

from wasmlab.traps.lineprogram import signed
from wasmlab.wasmfile import Reader


def _names(numbers: dict[str, Any]) -> dict[int, str]:
    return {number: name for name, number in numbers.items() if isinstance(number, int)}


_TAGS, _ATTRIBUTES, _FORMS = _names(ENUM_DW_TAG), _names(ENUM_DW_AT), _names(ENUM_DW_FORM)
_CONSTANT = "DW_FORM_implicit_const"


class Attribute(NamedTuple):
    """One attribute of a declaration; `value` is there for a form that stores none with each entry."""

    name: str | int
    form: str | int
    value: int | None


class Declaration:
    """What entries with one code are like: pyelftools' AbbrevDecl."""

    def __init__(self, tag: str | int, is_parent: bool, attributes: list[Attribute]) -> None:
        self._fields = {"tag": tag, "attr_spec": attributes}
        self._is_parent = is_parent

    def __getitem__(self, field: str) -> Any:
        return self._fields[field]

    def has_children(self) -> bool:
        """Return whether entries follow that belong to one like this."""
        return self._is_parent


class Abbreviations:
    """A unit's table, read as far as somebody has asked: pyelftools' AbbrevTable."""

    def __init__(self, data: bytes, offset: int) -> None:
        self._reader = Reader(data, offset)
        self._known: dict[int, Declaration] = {}
        self._is_over = False

    def get_abbrev(self, code: int) -> Declaration:
        """Return the declaration of `code`.

        Raises:
            KeyError: there is none.
            ModuleUnreadable: the table ends too early.
        """
        while code not in self._known and not self._is_over:
            if number := self._reader.number():
                self._known[number] = _declaration(self._reader)
            self._is_over = number == 0
        return self._known[code]


def _declaration(reader: Reader) -> Declaration:
    tag, is_parent = reader.number(), reader.byte() == 1
    attributes = []
    while any(pair := (reader.number(), reader.number())):
        form = _FORMS.get(pair[1], pair[1])
        value = signed(reader) if form == _CONSTANT else None
        attributes.append(Attribute(_ATTRIBUTES.get(pair[0], pair[0]), form, value))
    return Declaration(_TAGS.get(tag, tag), is_parent, attributes)
