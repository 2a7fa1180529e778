"""Finds the functions that a C file declares and defines; enough of C's grammar for a hint."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HIDDEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|^[ \t]*\#(?:\\\n|[^\n])*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""",
    re.DOTALL | re.MULTILINE,
)
_NAME = re.compile(r"\b([A-Za-z_]\w*)\s*\(")
_ATTRIBUTE = re.compile(r"__attribute__\s*\(\(.*?\)\)", re.DOTALL)
_NO_FUNCTION = {
    "if",
    "while",
    "for",
    "switch",
    "return",
    "sizeof",
    "__attribute__",
    "__asm__",
    "_Static_assert",
}


@dataclass(frozen=True)
class Function:
    """One declaration or definition at a file's top level; `head` is all that stands before its name."""

    name: str
    file: str
    line: int
    column: int
    head: str
    tail: str
    source_line: str
    is_defined: bool

    @property
    def is_static(self) -> bool:
        """Whether other files, and so the linker's exports, cannot see it."""
        return bool(re.search(r"\bstatic\b", self.head))

    @property
    def has_import_module(self) -> bool:
        """Whether the declaration says which module the host gives it from."""
        return "import_module" in self.head + self.tail


def functions(text: str, file: str = "") -> list[Function]:
    """Return the functions of the C text in `file`, in their order."""
    visible = _HIDDEN.sub(_blank, text)
    found = []
    for match in _NAME.finditer(visible):
        if match[1] in _NO_FUNCTION or visible.count("{", 0, match.start()) != visible.count(
            "}", 0, match.start()
        ):
            continue
        if function := _function(match, visible, text, file):
            found.append(function)
    return found


def _function(match: re.Match[str], visible: str, text: str, file: str) -> Function | None:
    close = _closing(visible, match.end() - 1)
    ends = re.compile(r"[;{]").search(visible, close)
    begin = max(visible.rfind(char, 0, match.start()) for char in ";}") + 1
    head = visible[begin : match.start()]
    if ends is None or "=" in head or not _is_declaration(head):
        return None
    line = text.count("\n", 0, match.start()) + 1
    start = text.rfind("\n", 0, match.start()) + 1
    # Attributes hold strings, which `visible` has blanked.
    full_head, tail = text[begin : match.start()], text[close : ends.start()]
    source_line = text[start:].partition("\n")[0]
    column = match.start() - start + 1
    return Function(match[1], file, line, column, full_head, tail, source_line, ends[0] == "{")


def _is_declaration(head: str) -> bool:
    """Whether a function's type stands in `head`, and not only attributes or the middle of one."""
    inside_parentheses = head.count("(") != head.count(")")
    return not inside_parentheses and bool(re.search(r"\w", _ATTRIBUTE.sub("", head)))


def _closing(text: str, opening: int) -> int:
    depth = 0
    for at in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at + 1
    return len(text)


def _blank(match: re.Match[str]) -> str:
    return "".join(char if char == "\n" else " " for char in match[0])
