"""Python for a page: Pyodide and the harness, prepared to start fast, and published beside a lesson's page.

Standard library and `wasmlab.process` only, as everything here: the build hook uses it too.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wasmlab.assets.node import Node
from wasmlab.errors import DownloadFailed, ToolBroken
from wasmlab.process import run

HERE = Path(__file__).parent
PYODIDE = HERE / "vendor" / "pyodide"
HARNESS = HERE.parent / "harness"
INDEX = "parts.json"
FOLDER = "dist/python"
"""Where a lesson's page finds Python, relative to the lesson."""

_RECORD = "prepared.json"
REMADE = (_RECORD, "harness.zip", "snapshot.bin.gz")
"""What depends on the harness too."""
_LEVEL = 1  # a fifth larger than the best, in a fifth of the time
_SCRIPT = HERE / "prepare.mjs"
_MADE = ("python_stdlib.zip", "harness.zip", "snapshot.bin.gz")
_TYPES = {
    "pyodide.mjs": "text/javascript",
    "pyodide.asm.mjs": "text/javascript",
    "pyodide.asm.wasm": "application/wasm",
    "python_stdlib.zip": "application/zip",
    "harness.zip": "application/zip",
    "snapshot.bin.gz": "application/octet-stream",
}


def publish(target: Path, pyodide: Path = PYODIDE) -> bool:
    """Put Python's parts into the folder `target`, packed; return whether there was anything to do.

    Where nothing was prepared for this harness, Python starts without it, only slower.

    Raises:
        DownloadFailed: Pyodide is not here.
        OSError: `target` cannot be written.
    """
    missing = [name for name in _TYPES if name not in REMADE and not (pyodide / name).is_file()]
    if missing:
        raise DownloadFailed(f"Pyodide's {missing[0]} is not in {pyodide}", "wasmlab setup assets")
    if is_published(target, pyodide):
        return False
    target.mkdir(parents=True, exist_ok=True)
    (target / INDEX).unlink(missing_ok=True)  # last out, last in: who finds it finds the rest
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".python-") as place:
        files = [_pack(name, content, Path(place)) for name, content in _parts(pyodide).items()]
        for old in target.iterdir():
            old.unlink()
        for file in files:
            (Path(place) / file["file"]).replace(target / file["file"])
    lock = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))
    index = {"key": _state(pyodide), "lock": {"info": lock["info"], "packages": {}}, "files": files}
    (target / INDEX).write_text(json.dumps(index, indent=1), encoding="utf-8")
    return True


def is_published(target: Path, pyodide: Path = PYODIDE) -> bool:
    """Return whether `target` holds today's parts."""
    try:
        index = json.loads((target / INDEX).read_text(encoding="utf-8"))
        sizes = [(target / file["file"]).stat().st_size == file["bytes"] for file in index["files"]]
        return bool(index["key"] == _state(pyodide)) and all(sizes)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def prepare(get_node: Callable[[], Node], pyodide: Path = PYODIDE) -> bool:
    """Compile the library and the harness and make the snapshot; return whether there was anything to do.

    Raises:
        ToolMissing: no Node.
        ToolBroken: this Pyodide cannot be prepared; everything stays as it was.
    """
    if is_prepared(pyodide):
        return False
    harness = _zipped_harness()
    with tempfile.TemporaryDirectory(prefix="wasmlab-python-") as place:
        _make(get_node(), pyodide, harness, Path(place))
        (pyodide / _RECORD).unlink(missing_ok=True)
        for name in _MADE:
            _put(Path(place, name), pyodide / name)
    if _zipped_harness() != harness:  # edited meanwhile: what was made is of the old one
        return prepare(get_node, pyodide)
    files = {name: _hash((pyodide / name).read_bytes()) for name in _MADE}
    # The library was another file before, and it is part of the key.
    record = {"key": _key(pyodide), "files": files}
    (pyodide / _RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
    return True


def is_prepared(pyodide: Path = PYODIDE) -> bool:
    """Return whether what was prepared fits this Pyodide and this harness, to the byte."""
    return _is_prepared(pyodide, _key(pyodide)) and all(
        _hash((pyodide / name).read_bytes()) == known for name, known in _record(pyodide)["files"].items()
    )


def _put(source: Path, target: Path) -> None:
    """Copy a file so that whoever looks at `target` meanwhile sees the old one or the new, never a half."""
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(source, part)
    part.replace(target)


def _make(node: Node, pyodide: Path, harness: bytes, place: Path) -> None:
    (place / "source.zip").write_bytes(harness)
    arguments = (str(_SCRIPT), str(pyodide), str(place / "source.zip"), str(place))
    done = run(node.command("node", arguments, place), seconds=600)
    if not done.ok or not all((place / name).is_file() for name in _MADE):
        said = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()
        raise ToolBroken(f"Python for pages cannot be prepared: {said[-1][:300]}", "wasmlab setup assets")


def _parts(pyodide: Path) -> dict[str, bytes]:
    """Return what each part holds; the snapshot goes with the harness that it was made with."""
    if _is_prepared(pyodide, _key(pyodide)):
        return {name: (pyodide / name).read_bytes() for name in _TYPES}
    parts = {name: (pyodide / name).read_bytes() for name in _TYPES if name not in REMADE}
    return {**parts, "harness.zip": _zipped_harness()}


def _pack(name: str, content: bytes, place: Path) -> dict[str, Any]:
    """Write a part gzipped, where it is not already: a plain server sends it as it lies there."""
    file = name if name.endswith((".gz", ".zip")) else f"{name}.gz"
    data = content if file == name else gzip.compress(content, _LEVEL, mtime=0)
    (place / file).write_bytes(data)
    return {"name": file.removesuffix(".gz"), "file": file, "bytes": len(data), "type": _TYPES[name]}


def _state(pyodide: Path) -> str:
    key = _key(pyodide)
    return f"{key} prepared" if _is_prepared(pyodide, key) else key


def _key(pyodide: Path) -> str:
    """Return a hash over the harness, the script, and the names and sizes of Pyodide's own files."""
    digest = hashlib.sha256(_SCRIPT.read_bytes().replace(b"\r\n", b"\n"))
    for path in _harness_files():
        digest.update(path.relative_to(HARNESS).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    for name in ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"):
        digest.update(f"{name} {_size(pyodide / name)}\n".encode())
    return digest.hexdigest()


def _is_prepared(pyodide: Path, key: str) -> bool:
    record = _record(pyodide)
    return record.get("key") == key and all((pyodide / name).is_file() for name in _MADE)


def _record(pyodide: Path) -> dict[str, Any]:
    try:
        record = json.loads((pyodide / _RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _harness_files() -> list[Path]:
    return [path for path in sorted(HARNESS.rglob("*.py")) if "__pycache__" not in path.parts]


def _zipped_harness() -> bytes:
    """Return the harness as `learner_harness`, the same bytes every time."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _harness_files():
            name = f"learner_harness/{path.relative_to(HARNESS).as_posix()}"
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), path.read_bytes())
    return made.getvalue()


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
