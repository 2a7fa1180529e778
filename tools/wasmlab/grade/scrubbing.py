"""Takes out of what a student is shown what belongs to this machine, or would move a terminal's cursor."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from wasmlab.checks.verdicts import Verdict

LONGEST = 4 << 10
# A terminal's control characters, and those that turn the direction of writing.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
# Where the page is served: a port of this machine, and another one each time.
_SERVED = re.compile(r"http://127\.0\.0\.1:\d+/")


class Scrubber:
    """Knows the paths of one worker's room, and of the compilers where it is for what those say."""

    def __init__(self, place: Path, compilers: Iterable[Path] = ()) -> None:
        deep = [path for path in compilers if len(path.parts) > 2]  # not /usr: that is any text's word
        found = {name for path in (place, place.resolve(), *deep) for name in (str(path), path.as_posix())}
        self._paths = sorted(found, key=len, reverse=True)

    def text(self, text: str, most: int = LONGEST) -> str:
        """Return `text` without this machine's paths, what does not print written out, and cut to `most`."""
        if not text:
            return text
        for path in self._paths:
            text = text.replace(path + "/", "").replace(path + "\\", "").replace(path, ".")
        text = _SERVED.sub("", text)
        shown = _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
        return shown if len(shown) <= most else f"{shown[:most]}\n... {len(shown) - most} characters cut"

    def verdict(self, verdict: Verdict) -> Verdict:
        """Return a verdict whose words are safe to show; the folder of a page's trace is the worker's own."""
        return replace(
            verdict,
            kept="",
            line=self.text(verdict.line),
            message=self.text(verdict.message),
            expected=self.text(verdict.expected),
            came=self.text(verdict.came),
            try_this=self.text(verdict.try_this),
        )
