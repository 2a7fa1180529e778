"""One student's copy: the files that the manifest's `submit` lists, or why it cannot be taken."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Submission:
    """The `files` that were taken, by their paths in the lesson; `notes` say what was left lying.

    Where it is `refused`, that is the reason, and there are no files.
    """

    name: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    refused: str = ""
    hint: str = ""
    notes: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """One hash over the paths and the contents; empty where it was refused."""
        if self.refused:
            return ""
        digest = hashlib.sha256()
        for path in sorted(self.files):
            content = self.files[path]
            digest.update(f"{path}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()
