"""What the hostile submissions need: archives from recipes, a secret, a port that nobody may reach."""

from __future__ import annotations

import io
import os
import socket
import struct
import tarfile
import threading
import tomllib
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from wasmlab.grade.batch import Options, grade
from wasmlab.grade.confining import WAYS, choose
from wasmlab.grade.intake import find_submissions
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.outcome import Batch, Graded
from wasmlab.grade.reports import FORMATS, write_reports
from wasmlab.lesson import load_lesson

collect_ignore = ["lessons"]  # their checks are for submissions

HERE = Path(__file__).parent
SECRET = "the_secret_itself"
GOOD = (HERE / "passed" / "correct.c").read_bytes()


@dataclass(frozen=True)
class Hostile:
    """One file of the corpus."""

    path: Path
    outcome: str
    says: tuple[str, ...]
    also: tuple[str, ...] = ()


def corpus(folder: Path, *kinds: str) -> list[Hostile]:
    """Return the files in the folders of outcomes under `folder`, each with what its first lines say."""
    found = []
    for path in sorted(path for kind in kinds for path in folder.glob(f"*/*.{kind}")):
        if path.is_relative_to(HERE / "lessons") or path.parent.parent != folder:
            continue
        lines = path.read_text(encoding="utf-8").splitlines()[:5]
        expects = [line.partition("expect: ")[2] for line in lines if "expect: " in line]
        says = tuple(line.partition("says: ")[2] for line in lines if "says: " in line)
        assert expects == [path.parent.name], f"{path}: its first line must say `expect: {path.parent.name}`"
        also = tuple(line.partition(" or: ")[2] for line in lines if " or: " in line)
        found.append(Hostile(path, expects[0], says, also))
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for `hostile` each file of its module's FOLDER."""
    if "hostile" in metafunc.fixturenames:
        found = corpus(HERE / metafunc.module.FOLDER, *metafunc.module.KINDS)
        metafunc.parametrize("hostile", found, ids=lambda one: f"{one.outcome}/{one.path.stem}")


@dataclass(frozen=True)
class Gradings:
    """A batch of hostile submissions, and all that was written about it."""

    batch: Batch
    by_name: dict[str, Graded]
    written: str
    folder: Path


Grading = Callable[[str, tuple[str, ...], str, tuple[str, ...], GradeLimits, dict[str, str]], Gradings]


@pytest.fixture(scope="session")
def grade_corpus(
    tmp_path_factory: pytest.TempPathFactory, hand_in: Callable[[Hostile, Path, dict[str, str]], None]
) -> Grading:
    """Return a function that grades the files of a folder, two at a time, and keeps every report."""

    def run(
        folder: str,
        kinds: tuple[str, ...],
        lesson: str,
        engines: tuple[str, ...],
        limits: GradeLimits,
        words: dict[str, str],
    ) -> Gradings:
        place, out = tmp_path_factory.mktemp("handed-in"), tmp_path_factory.mktemp("graded")
        for hostile in corpus(HERE / folder, *kinds):
            hand_in(hostile, place, words)
        found = load_lesson(HERE / "lessons" / lesson)
        way = os.environ.get("WASMLAB_CONFINEMENT") or ("landlock" if WAYS["landlock"].find() else "")
        options = Options(engines, choose(way), limits, jobs=2)
        batch = grade(found, find_submissions([place], found.submit), out, options)
        write_reports(batch, out, list(FORMATS))
        texts = [path.read_text(encoding="utf-8") for path in sorted(out.rglob("*")) if path.is_file()]
        return Gradings(batch, {one.name: one for one in batch.graded}, "\n".join(texts), out)

    return run


@pytest.fixture(scope="session")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file that no submission may read."""
    path = tmp_path_factory.mktemp("private") / "secret.h"
    path.write_text(f"{SECRET} is private\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def hand_in(secret: Path) -> Callable[[Hostile, Path, dict[str, str]], None]:
    """Return a function that puts one file of the corpus into a folder, as a student would hand it in."""

    def put(hostile: Hostile, folder: Path, words: dict[str, str]) -> None:
        text = hostile.path.read_text(encoding="utf-8")
        for word, value in {"@SECRET@": secret.as_posix(), **words}.items():
            text = text.replace(word, value)
        if hostile.path.suffix != ".toml":
            (folder / hostile.path.name).write_text(text, encoding="utf-8")
            return
        recipe = tomllib.loads(text)
        suffix = ".c" if recipe["kind"] == "source" else f".{recipe['kind']}"
        (folder / f"{hostile.path.stem}{suffix}").write_bytes(made(recipe))

    return put


def made(recipe: dict[str, Any]) -> bytes:
    """Return the file that a recipe describes."""
    if recipe["kind"] == "source":
        return b"".join(_part(part) * part.get("times", 1) for part in recipe["part"])
    content = _zip(recipe) if recipe["kind"] == "zip" else _tar(recipe)
    if "cut" in recipe:
        content = content[: -recipe["cut"]]
    if "damage" in recipe:
        at = recipe["damage"]
        content = content[:at] + bytes(255 - byte for byte in content[at : at + 20]) + content[at + 20 :]
    return content


def _part(part: dict[str, Any]) -> bytes:
    return bytes.fromhex(part["hex"]) if "hex" in part else part["text"].encode()


def _zip(recipe: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two of a name are what is wanted
        for entry in recipe.get("entry", ()):
            for number in range(entry.get("times", 1)):
                info = zipfile.ZipInfo(entry["name"].format(number))
                info.compress_type = entry.get("packed", zipfile.ZIP_DEFLATED)
                info.create_system = 3
                kind = 0o120777 if "link" in entry else entry.get("mode", 0o100644)
                info.external_attr = kind << 16
                archive.writestr(info, _content(entry))
    content = out.getvalue()
    if recipe.get("encrypted"):
        content = bytearray(content)
        content[6] |= 1
        content[content.find(b"PK\x01\x02") + 8] |= 1
    return _second_end(bytes(content)) if recipe.get("zip64") else bytes(content)


def _second_end(content: bytes) -> bytes:
    """Put the true length of a zip's list into the end for large archives, and a small one into the other."""
    end = len(content) - 22
    entries, size, start = struct.unpack_from("<HII", content, end + 10)
    large = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, size, start)
    place = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    return content[:end] + large + place + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 46, start, 0)


def _tar(recipe: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    packing = recipe["kind"].partition(".")[2]
    form = tarfile.GNU_FORMAT if recipe.get("gnu") else tarfile.DEFAULT_FORMAT
    with tarfile.open(fileobj=out, mode=f"w:{packing}", format=form) as archive:
        for entry in recipe["entry"]:
            info = tarfile.TarInfo(entry["name"])
            content = _content(entry)
            if "link" in entry:
                info.type, info.linkname, content = tarfile.SYMTYPE, entry["link"], b""
            elif "hard" in entry:
                info.type, info.linkname, content = tarfile.LNKTYPE, entry["hard"], b""
            elif entry.get("device"):
                info.type, info.devmajor, info.devminor, content = tarfile.CHRTYPE, 1, 5, b""
            elif "before" in entry:
                info.type = entry["before"].encode()
            info.size = entry.get("size", len(content))
            archive.addfile(info, io.BytesIO(content) if info.size == len(content) else None)
    return out.getvalue()


def _content(entry: dict[str, Any]) -> bytes:
    if "link" in entry:
        return str(entry["link"]).encode()
    if "text" in entry:
        return str(entry["text"] * entry.get("repeated", 1) + entry.get("end", "")).encode()
    return bytes(entry["zeros"]) if "zeros" in entry else GOOD


@pytest.fixture(scope="session")
def closed_port() -> Iterator[tuple[int, list[str]]]:
    """Return a port and the list of what has reached it: it must stay empty."""
    reached: list[str] = []
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
    ):
        datagrams.bind(server.getsockname())

        def take() -> None:
            while True:
                try:
                    reached.append(repr(datagrams.recv(200)))
                except OSError:
                    return

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    connection.settimeout(5)
                    # A browser may connect before it is told not to; not a byte may follow.
                    if said := connection.recv(200):
                        reached.append(said.decode("latin-1"))

        for work in (listen, take):
            threading.Thread(target=work, daemon=True).start()
        yield server.getsockname()[1], reached
