"""Fetches the pinned npm packages and cuts them to `vendor/`; used by the build hook and `wasmlab setup`."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from wasmlab.assets import bundles, python
from wasmlab.assets.node import Node
from wasmlab.errors import DownloadFailed, FolderNotWritable, TimeLimit
from wasmlab.process import run

HERE = Path(__file__).parent
VENDOR = HERE / "vendor"
_STAMP = "stamp.json"
_PINS = ("package.json", "package-lock.json")

_PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
# Of clang's own headers only those that C itself asks for; the rest are for other machines.
_C_HEADER = re.compile(
    r"include/(wasm32-wasip1/.+|"
    r"(__std\w+|__float\w*|float|inttypes|iso646|limits|std\w+|tgmath|unwind|varargs|wasm_simd128)\.h)"
)
_C_LIBRARY = re.compile(r"lib/wasm32-wasip1/(?!libc\+\+)[^/]+\.[ao]")
_BUILTINS = "lib/wasm32-unknown-wasip1/libclang_rt.builtins.a"
_NOT_SHIPPED = ("@types", "esbuild", "@esbuild")
_LICENCE = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)


def is_current(vendor: Path = VENDOR) -> bool:
    """Return whether `vendor` was made from today's pins and every file of it is still there."""
    try:
        stamp = json.loads((vendor / _STAMP).read_text(encoding="utf-8"))
        files: dict[str, int] = stamp["files"]
        return stamp["pins"] == pins() and all((vendor / f).stat().st_size == n for f, n in files.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def pins() -> str:
    """Return one hash over everything that decides what is in `vendor/`; line ends do not count."""
    sources = [HERE / name for name in (*_PINS, Path(__file__).name, "bundles.py")]
    sources += sorted((HERE / "bundles").glob("*.mjs"))
    digest = hashlib.sha256()
    for path in [*sources, *sorted((HERE / "licenses").glob("*.txt"))]:
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Return the pinned version of each npm package."""
    pinned: dict[str, str] = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    return pinned


def fetch(get_node: Callable[[], Node], vendor: Path = VENDOR) -> bool:
    """Make `vendor` current; return whether there was anything to do. A failure leaves it as it was.

    Raises:
        ToolMissing, DownloadFailed: no Node, no network, or a package that is not what is pinned.
        ToolBroken: Python cannot be prepared, or the editor not be bundled, with what came.
        FolderNotWritable: `vendor` cannot be written.
    """
    if is_current(vendor):
        return False
    node = get_node()
    asked = pins()  # before, or an edit meanwhile would stamp the old files as the new ones
    try:
        vendor.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".vendor-", dir=vendor.parent) as place:
            stage = Path(place) / "vendor"
            with tempfile.TemporaryDirectory(prefix="wasmlab-npm-") as packages:
                _install(node, Path(packages))
                _cut(Path(packages) / "node_modules", stage)
                bundles.make(node, Path(packages), stage)
            python.prepare(lambda: node, stage / "pyodide")
            _stamp(stage, asked)
            _swap(stage, vendor)
    except OSError as error:
        why = error.strerror or error
        raise FolderNotWritable(f"{vendor} cannot be written: {why}", "make it writable") from error
    return True


def _install(node: Node, folder: Path) -> None:
    for name in _PINS:
        shutil.copyfile(HERE / name, folder / name)
    # Scripts stay off: nothing of these packages runs here, only files are taken.
    arguments = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    try:
        done = run(node.command("npm", arguments, folder), seconds=900)
    except TimeLimit as error:
        raise DownloadFailed(f"npm did not answer: {error.what}", _AGAIN) from error
    if not done.ok:
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise DownloadFailed(
            f"npm could not fetch the browser assets: {' '.join(said[:3])[:400] or 'no reason given'}", _AGAIN
        )


_AGAIN = "check the network and npm's settings, then: wasmlab setup assets"


def _cut(modules: Path, vendor: Path) -> None:
    """Copy what the pages need out of the installed packages."""
    vendor.mkdir(parents=True)
    mermaid = modules / "mermaid" / "dist"
    for module in ("mermaid.esm.min.mjs", *_imported_by(mermaid, "mermaid.esm.min.mjs")):
        _copy(mermaid / module, vendor / "mermaid" / module)
    for name in _PYODIDE:
        _copy(modules / "pyodide" / name, vendor / "pyodide" / name)
    _unpack_sysroot(modules / "@yowasp" / "clang" / "gen" / "llvm-resources.tar", vendor / "wasi-sysroot")
    _keep_licences(modules, vendor / "licenses")


def _stamp(vendor: Path, asked: str) -> None:
    """Note what is there, but for what is made anew with each change of the harness."""
    fixed = [path for path in vendor.rglob("*") if path.is_file() and path.name not in python.REMADE]
    files = {path.relative_to(vendor).as_posix(): path.stat().st_size for path in fixed}
    stamp = {"pins": asked, "files": dict(sorted(files.items()))}
    (vendor / _STAMP).write_text(json.dumps(stamp, indent=1), encoding="utf-8")


def _imported_by(folder: Path, first: str) -> list[str]:
    """Return the modules that `first` imports, now or later, and those that they import."""
    wanted, seen = [first], {first}
    while wanted:
        name = wanted.pop()
        text = (folder / name).read_text(encoding="utf-8")
        for found in re.findall(r"""(?:\bfrom|\bimport\(?)\s*["'](\.[^"']+\.mjs)["']""", text):
            module = (folder / name).parent.joinpath(found).resolve().relative_to(folder.resolve()).as_posix()
            if module not in seen:
                seen.add(module)
                wanted.append(module)
    return sorted(seen - {first})


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(source, target)
    except FileNotFoundError as error:
        raise DownloadFailed(
            f"the npm package has no {source.name}", "pin the versions that package-lock.json names"
        ) from error


def _unpack_sysroot(archive: Path, sysroot: Path) -> None:
    with tarfile.open(archive) as tar:
        for member, target in _wanted(tar):
            content = tar.extractfile(member)
            assert content is not None  # only regular files are wanted
            (sysroot / target).parent.mkdir(parents=True, exist_ok=True)
            (sysroot / target).write_bytes(content.read())


def _wanted(tar: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, str]]:
    for member in tar:
        if not member.isfile() or ".." in member.name:
            continue
        if member.name == _BUILTINS:
            yield member, "lib/wasm32-wasip1/libclang_rt.builtins.a"
        elif _C_HEADER.fullmatch(member.name) or _C_LIBRARY.fullmatch(member.name):
            yield member, member.name


def _keep_licences(modules: Path, folder: Path) -> None:
    """Keep each package's own text, and ours of those packages that bring none."""
    folder.mkdir(parents=True)
    for text in sorted((HERE / "licenses").glob("*.txt")):
        shutil.copyfile(text, folder / text.name)
    for manifest in (*modules.glob("*/package.json"), *modules.glob("@*/*/package.json")):
        package = manifest.parent.relative_to(modules).as_posix().replace("/", "+")
        for text in manifest.parent.iterdir():
            if text.is_file() and _LICENCE.match(text.name) and not package.startswith(_NOT_SHIPPED):
                shutil.copyfile(text, folder / f"{package}.{text.stem}.txt")


def _swap(stage: Path, vendor: Path) -> None:
    old = stage.with_name("old")
    if vendor.exists():
        vendor.replace(old)
    stage.replace(vendor)
