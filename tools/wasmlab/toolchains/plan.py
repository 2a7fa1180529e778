"""What every toolchain speaks in: the tool it found, and the commands that make a target."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from wasmlab.process import Command

Profile = Literal["debug", "release"]

STAGE = "dist/.wasmlab"


@dataclass(frozen=True)
class Tool:
    """A compiler on this machine; `identity` changes whenever its output might."""

    name: str
    path: Path
    version: str
    origin: str
    linker: tuple[str, ...] = ()
    includes: tuple[Path, ...] = ()

    @property
    def identity(self) -> str:
        """Name, version and place: a build made by another tool is out of date."""
        return f"{self.name} {self.version} {self.path}"


@dataclass(frozen=True)
class Step:
    """One visible step of a build: what it does in words, and the command."""

    text: str
    command: Command


@dataclass(frozen=True)
class Plan:
    """How one target is made; paths are relative to the lesson's folder.

    `made` is what the last step leaves in the stage, `depfiles` are the make rules that the
    compiler writes about included headers.
    """

    steps: tuple[Step, ...]
    made: str
    depfiles: tuple[str, ...] = ()
