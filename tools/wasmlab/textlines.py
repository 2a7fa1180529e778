"""The lines of a text as compilers, Python and editors count them.

`str.splitlines` ends one also at a form feed and at half a dozen characters of Unicode, which may stand in a
comment: each line behind them would be taken for another one.
"""

from __future__ import annotations

import io


def lines_of(text: str) -> list[str]:
    """Return the lines without their ends."""
    return [line.rstrip("\r\n") for line in whole_lines(text)]


def whole_lines(text: str) -> list[str]:
    """Return the lines with their ends, which make up the text again."""
    return list(io.StringIO(text, newline=""))
