"""From a URL's path to a file of the course, and to nothing else on the machine."""

from __future__ import annotations

import re
import stat
import unicodedata
from pathlib import Path
from urllib.parse import unquote_to_bytes

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)
_SHORT_NAME = re.compile(r"~[0-9]")


class PathRefused(Exception):
    """A path that is never served; `status` is the answer: 400 malformed, 404 hidden."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def split_path(raw: str) -> tuple[str, ...]:
    """Return the decoded parts of a URL's path; a folder's trailing slash gives an empty last part.

    Every part is a plain name on Windows, macOS and Linux alike, so a lesson that is served on one
    of them is served on all.

    Raises:
        PathRefused: it is malformed, climbs, or names something hidden.
    """
    if not raw.startswith("/") or _BAD_ESCAPE.search(raw):
        raise PathRefused(400)
    *folders, last = (_decode(part) for part in raw[1:].split("/"))
    for part in (*folders, *([last] if last else [])):
        _check(part)
    return (*folders, last)


def _decode(part: str) -> str:
    try:
        return unquote_to_bytes(part).decode("utf-8")
    except UnicodeDecodeError as error:
        raise PathRefused(400) from error


def _check(part: str) -> None:
    if part in (".", "..") or any(char in "/\\" or not _is_text(char) for char in part):
        raise PathRefused(400)
    visible = "".join(char for char in part if unicodedata.category(char) != "Cf")  # macOS skips the others
    if not visible or visible.startswith(".") or visible[-1] in ". ":
        raise PathRefused(404)
    if ":" in part or _DEVICE.fullmatch(part) or _SHORT_NAME.search(part):
        raise PathRefused(404)


def _is_text(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cs")


def find_file(folder: Path, parts: tuple[str, ...], within: Path) -> Path | None:
    """Return the regular file or the folder at `parts` under `folder`, links followed.

    None where there is nothing, or where links lead out of `within` or to something hidden in it.
    """
    try:
        real = folder.joinpath(*parts).resolve(strict=True)
        kind = real.stat().st_mode
    except (OSError, ValueError, RuntimeError):  # RuntimeError: a ring of links
        return None
    if not real.is_relative_to(within) or any(p.startswith(".") for p in real.relative_to(within).parts):
        return None
    # A pipe or a device would keep the reader waiting for ever.
    return real if stat.S_ISREG(kind) or stat.S_ISDIR(kind) else None
