"""What pages take from npm in several modules, as one module each: the editor, and the other languages.

Standard library and `wasmlab.process` only, as everything here: the build hook uses it too.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from wasmlab.assets.node import Node
from wasmlab.errors import DownloadFailed, ToolBroken
from wasmlab.process import run

HERE = Path(__file__).parent
VENDOR = HERE / "vendor"
ENTRIES = HERE / "bundles"
FOLDERS = ("editor", "languages")
"""What a lesson may ask for; a build puts the folder of that name under its `dist/`."""

_BUNDLES = {
    "editor.mjs": "editor/editor.js",
    "script.mjs": "languages/script.js",
    "sqlite.mjs": "languages/sqlite3.js",
}
_COPIES = {"@sqlite.org/sqlite-wasm/dist/sqlite3.wasm": "languages/sqlite3.wasm"}
_OPTIONS = (
    "--bundle",
    "--format=esm",
    "--minify",
    "--target=es2022",
    "--legal-comments=eof",
    "--log-level=error",
)


def make(node: Node, packages: Path, vendor: Path) -> None:
    """Bundle the npm packages under `packages` into `vendor`.

    Raises:
        ToolBroken: esbuild cannot bundle them.
        DownloadFailed: a package lacks a file.
    """
    esbuild = packages / "node_modules" / "esbuild" / "bin" / "esbuild"
    for entry, made in _BUNDLES.items():
        shutil.copyfile(ENTRIES / entry, packages / entry)
        done = run(
            node.command("node", (str(esbuild), entry, *_OPTIONS, f"--outfile={vendor / made}"), packages),
            seconds=120,
        )
        if not done.ok:
            said = (done.stderr.strip() or "no reason given").splitlines()
            raise ToolBroken(f"{entry} cannot be bundled: {said[0][:300]}", "wasmlab setup assets")
    for source, made in _COPIES.items():
        try:
            shutil.copyfile(packages / "node_modules" / source, vendor / made)
        except FileNotFoundError as error:
            raise DownloadFailed(
                f"the npm package has no {source}", "pin the versions that package-lock.json names"
            ) from error


def publish(folder: str, target: Path, vendor: Path = VENDOR) -> bool:
    """Put the files of `folder` into `target`; return whether there was anything to do.

    Raises:
        DownloadFailed: they are not here.
        OSError: `target` cannot be written.
    """
    files = _files(folder, vendor)
    if not all(file.is_file() for file in files):
        raise DownloadFailed(f"{files[0]} is not there", "wasmlab setup assets")
    if is_published(folder, target, vendor):
        return False
    target.mkdir(parents=True, exist_ok=True)
    for file in files:
        part = target / f"{file.name}.part"
        shutil.copyfile(file, part)
        part.replace(target / file.name)
    return True


def is_published(folder: str, target: Path, vendor: Path = VENDOR) -> bool:
    """Return whether `target` holds today's files."""
    try:
        return all((target / f.name).read_bytes() == f.read_bytes() for f in _files(folder, vendor))
    except OSError:
        return False


def _files(folder: str, vendor: Path) -> list[Path]:
    made = [*_BUNDLES.values(), *_COPIES.values()]
    return [vendor / path for path in made if path.startswith(f"{folder}/")]
