"""Every faulty program, built once for the whole run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from wasmlab.build import build_lesson
from wasmlab.lesson import load_lesson
from wasmlab.roundtrip import Value

PROGRAMS = Path(__file__).parent / "programs"
NAMES = sorted(path.stem for path in PROGRAMS.glob("*.c"))


@dataclass(frozen=True)
class Program:
    """A faulty program: what is called, and the text that a person must read then."""

    name: str
    wasm: Path
    root: Path
    args: tuple[Value, ...]
    expected: str


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Program]:
    """Build them all as the targets of one lesson."""
    return _built(tmp_path_factory.mktemp("faulty"), "")


@pytest.fixture(scope="session")
def wordless_programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Program]:
    """Build them as an older clang does, whose checks have no words."""
    flags = 'compile_flags = ["-fno-sanitize-debug-trap-reasons"]\n'
    return _built(tmp_path_factory.mktemp("wordless"), flags)


@pytest.fixture(scope="session")
def optimized_programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Program]:
    """Build one optimized, still with its checks: a call is inlined that no source asks to be."""
    names = ["signed_multiplication_in_a_called_function"]
    return _built(tmp_path_factory.mktemp("optimized"), 'compile_flags = ["-O2"]\n', names)


@pytest.fixture(scope="session")
def unchecked_programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Program]:
    """Build them without checks: what then traps, Wasm itself has seen."""
    return _built(tmp_path_factory.mktemp("unchecked"), 'compile_flags = ["-fno-sanitize=all"]\n')


def _built(root: Path, keys: str, names: Sequence[str] = NAMES) -> dict[str, Program]:
    (root / "c").mkdir()
    targets = []
    for name in names:
        (root / "c" / f"{name}.c").write_text((PROGRAMS / f"{name}.c").read_text("utf-8"), "utf-8")
        targets.append(
            f'[[target]]\nname = "{name}"\ntoolchain = "clang"\nsources = ["c/{name}.c"]\n'
            f'exports = ["run"]\noutput = "dist/{name}.wasm"\n{keys}'
        )
    head = 'format = 1\ntitle = "Faulty programs"\norder = 1\npage = "index.html"\n'
    (root / "lesson.toml").write_text(head + "\n".join(targets), "utf-8")
    (root / "index.html").write_text("", "utf-8")
    for result in build_lesson(load_lesson(root)):
        assert result.error is None, f"{result.error}\n{result.raw}"
    return {name: _program(root, name) for name in names}


def _program(root: Path, name: str) -> Program:
    head = [
        line for line in (PROGRAMS / f"{name}.c").read_text("utf-8").splitlines() if line.startswith("//")
    ]
    call = re.fullmatch(r"// call: run\((.*)\)", head[0])
    assert call, f"{name}.c starts with its call"
    args = tuple(_value(text) for text in call[1].split(", ") if text)
    expected = "\n".join(line.removeprefix("//").removeprefix(" ") for line in head[2:])
    return Program(name, root / "dist" / f"{name}.wasm", root, args, expected)


def _value(text: str) -> Value:
    type, _, number = text.rpartition(" ")
    type = type or "i32"
    return Value.of(type, float(number) if type.startswith("f") else int(number))
