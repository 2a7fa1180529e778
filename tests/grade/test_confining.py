"""Every confinement of this machine keeps a source from the host's files, and the report names it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import wasmtime

from wasmlab.errors import CompilerLimit
from wasmlab.grade.confining import WAYS, sandbox
from wasmlab.grade.confining.limits import CompilerLimits
from wasmlab.grade.confining.native import NativeGroup
from wasmlab.grade.template import make_template
from wasmlab.grade.workers.worker import compilers
from wasmlab.lesson import load_lesson
from wasmlab.process import Command, Group

HERE = [name for name, way in WAYS.items() if way.confines and way.find()]
SUM = Path(__file__).parents[1] / "hostile" / "lessons" / "sum"
_LIMITS = CompilerLimits(seconds=20)
_PREPARED = sandbox.expected()  # before a test has a cache of its own


@pytest.fixture(params=HERE or [pytest.param("-", marks=pytest.mark.skip(reason="nothing here confines"))])
def confined(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Group, tuple[str, ...], Path]]:
    """Return each confinement at work in a folder, and the words that compile there."""
    if request.param == "sandbox-compiler":
        monkeypatch.setenv(sandbox.VARIABLE, str(_PREPARED.parent))
    template = make_template(load_lesson(SUM), tmp_path / "template")
    with compilers(request.param, tmp_path / "room", template, _LIMITS) as (group, path):
        from wasmlab.toolchains.clang import find

        tool = find(path)
        driver = (str(tool.path), "clang") if path or tool.name == "zig" else (str(tool.path),)
        yield group, (*driver, "--target=wasm32", "-c", "a.c", "-o", "a.o"), tmp_path / "room"


def test_a_command_that_has_had_the_sandbox_ends_in_silence(tmp_path: Path) -> None:
    tiny = tmp_path / "tiny.cwasm"
    tiny.write_bytes(wasmtime.Module(sandbox.engine(), "(module)").serialize())
    program = f"""
import sys
from pathlib import Path
from wasmlab.cli import main
from wasmlab.grade.confining import sandbox
sandbox._loaded(Path({str(tiny)!r}))
sys.argv = ["wasmlab", "--version"]
main()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_source_reads_nothing_of_the_host(
    confined: tuple[Group, tuple[str, ...], Path], tmp_path: Path
) -> None:
    group, words, room = confined
    secret = tmp_path / "secret.h"
    secret.write_text("the_secret_itself is private\n", encoding="utf-8")
    reached = (str(secret), "../../secret.h", "/etc/passwd", "/proc/self/environ")
    for path in reached:
        (room / "a.c").write_text(f'#include "{path}"\n', encoding="utf-8")
        done = group.run(Command(words, room))
        assert not done.ok
        assert "the_secret_itself" not in done.stderr
        assert "not found" in done.stderr or "denied" in done.stderr or "not permitted" in done.stderr
    (room / "a.c").write_text(f'__asm__(".incbin \\"{secret.as_posix()}\\"");\n', encoding="utf-8")
    assert not group.run(Command(words, room)).ok


@pytest.mark.skipif(os.name != "posix", reason="links of Unix")
def test_a_link_in_the_room_leads_nowhere(
    confined: tuple[Group, tuple[str, ...], Path], tmp_path: Path
) -> None:
    group, words, room = confined
    (tmp_path / "secret.h").write_text("the_secret_itself is private\n", encoding="utf-8")
    (room / "link.h").symlink_to(tmp_path / "secret.h")
    (room / "a.c").write_text('#include "link.h"\n', encoding="utf-8")
    done = group.run(Command(words, room))
    assert not done.ok
    assert "the_secret_itself" not in done.stderr


def test_a_good_source_is_compiled(confined: tuple[Group, tuple[str, ...], Path]) -> None:
    group, words, room = confined
    (room / "a.c").write_text("int add(int a, int b) { return a + b; }\n", encoding="utf-8")
    assert group.run(Command(words, room)).ok
    assert (room / "a.o").read_bytes().startswith(b"\0asm")


def test_a_source_is_told_no_time(confined: tuple[Group, tuple[str, ...], Path]) -> None:
    group, words, room = confined
    (room / "a.c").write_text("const char at[] = __DATE__ __TIME__;\n", encoding="utf-8")
    assert group.run(Command(words, room)).ok
    assert b"Jan  1 197000:00:00" in (room / "a.o").read_bytes()


def test_a_compiler_that_says_too_much_is_ended(confined: tuple[Group, tuple[str, ...], Path]) -> None:
    group, words, room = confined
    line = '#warning "a sentence that is said again and again, until nobody can hear it any more"\n'
    (room / "a.c").write_text(line * 4000, encoding="utf-8")
    with pytest.raises(CompilerLimit, match="says more"):
        group.run(Command(words, room))


def test_an_object_that_is_too_large_is_not_made(confined: tuple[Group, tuple[str, ...], Path]) -> None:
    group, words, room = confined
    (room / "a.c").write_text("char all_of_it[33 << 20] = {1};\n", encoding="utf-8")
    with pytest.raises(CompilerLimit, match="room on the disk"):
        group.run(Command(words, room))
    assert not (room / "a.o").exists() or (room / "a.o").stat().st_size <= _LIMITS.file


def test_emscripten_is_confined_too(tmp_path: Path) -> None:
    from wasmlab.errors import ToolMissing
    from wasmlab.grade.confining.native import compiler_folders
    from wasmlab.toolchains import emscripten

    if not WAYS["landlock"].find():
        pytest.skip("this kernel has no Landlock")
    try:
        tool = emscripten.find(None)
    except ToolMissing as missing:
        pytest.skip(missing.what)
    room, secret = tmp_path / "room", tmp_path / "secret.h"
    secret.write_text("the_secret_itself is private\n", encoding="utf-8")
    group = NativeGroup("landlock", room, compiler_folders(["emscripten"]), _LIMITS)
    words = (str(tool.path), "-c", "a.c", "-o", "a.o")
    try:
        (room / "a.c").write_text("int add(int a, int b) { return a + b; }\n", encoding="utf-8")
        assert group.run(Command(words, room)).ok
        (room / "a.c").write_text(f'#include "{secret}"\n', encoding="utf-8")
        done = group.run(Command(words, room))
    finally:
        group.close()
    assert not done.ok
    assert "denied" in done.stderr
    assert "the_secret_itself" not in done.stderr
