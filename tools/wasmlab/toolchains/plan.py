"""What every toolchain speaks in: the tool it found, and the commands that make a target."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from wasmlab.process import Command, first_line

Profile = Literal["debug", "release"]

STAGE = "dist/.wasmlab"


@dataclass(frozen=True)
class Tool:
    """A compiler on this machine; `identity` changes whenever its output might."""

    name: str
    path: Path
    version_known: str
    origin: str
    linker: tuple[str, ...] = ()
    includes: tuple[Path, ...] = ()
    stamp: str = ""

    @property
    def version(self) -> str:
        """The version, asked of the program itself where nothing else says it."""
        if self.version_known:
            return self.version_known
        ask = "version" if self.name == "zig" else "--version"
        words = first_line([str(self.path), ask]).split()
        return next((word for word in words if word[:1].isdigit()), "unknown")

    @property
    def identity(self) -> str:
        """Name, place and version (or what the file system says): another tool means another build."""
        return f"{self.name} {self.version_known} {self.path} {self.stamp}"


@dataclass(frozen=True)
class Step:
    """One visible step of a build: what it does in words, and the command.

    `news` finds, in a line that the command says meanwhile, what takes long and is done only once.
    """

    text: str
    command: Command
    seconds: float = 120
    news: str = ""


@dataclass(frozen=True)
class Plan:
    """How one target is made; paths are relative to the lesson's folder.

    `stage` is the folder that the steps write into, `made` the module that the last of them leaves
    there and `depfiles` the make rules that the compiler writes about included headers. `reads` names
    further files that the commands read. Beside the module go `also`, with the names they are published
    under, and `spare`, names of files in the stage that only some versions of a tool leave. With
    `source_map` the module gets a map for the browser's debugger.
    """

    steps: tuple[Step, ...]
    stage: str
    made: str
    depfiles: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    source_map: bool = False


def stage_folder(target_name: str) -> str:
    """Return the folder that only this target's build writes into."""
    return f"{STAGE}/{target_name}"
