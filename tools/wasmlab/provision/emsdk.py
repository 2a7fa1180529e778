"""Installs Emscripten by its own emsdk into the user's cache: pinned, resumable, all or nothing."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import sys
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from wasmlab.errors import DownloadFailed, FolderNotWritable, ToolBroken, UsageError
from wasmlab.process import Command, stream
from wasmlab.provision.downloading import download, need_space

Say = Callable[[str], None]

PINNED = "6.0.8"
"""The version that the course is built with where the user names none."""
SPACE = 3_000_000_000
"""What an install needs at its height: archives, the unpacked tools, the libraries built by the first use."""

_EMSDK_URL = "https://github.com/emscripten-core/emsdk/archive/refs/tags"
_PACKAGES_URL = "https://storage.googleapis.com/webassembly/emscripten-releases-builds/deps/"
_STEP_SECONDS = 3600.0


@dataclass(frozen=True)
class Archive:
    """One file that emsdk would download: the name under which it looks for it, and where it is."""

    name: str
    url: str


def install(version: str, mirror: str, say: Say) -> Path:
    """Put emsdk and Emscripten `version` into the cache, in the place of what was there; return its folder.

    `mirror` is a folder or an address that has the same files under their own names, and perhaps
    `SHA256SUMS`; empty for the internet.

    Raises:
        UsageError: the version is none.
        DownloadFailed: a file could not be had, or is not what its checksum says.
        FolderNotWritable: the cache cannot be written, or has no room.
        ToolBroken: emsdk ran and failed.
    """
    from filelock import FileLock

    from wasmlab.toolchains.emscripten_find import own_emsdk

    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise UsageError(f"{version!r} is no version of Emscripten", f"for example: --version {PINNED}")
    home = own_emsdk()
    _make(home.parent)
    with FileLock(home.with_name("emsdk.lock")):
        if installed_version(home) == version:
            return home  # by another wasmlab, while we waited
        need_space(home, SPACE)
        place = _Place(mirror, home.with_name("emsdk-downloads"), say)
        stage = home.with_name("emsdk.new")
        _remove(stage)
        _unpack(place.get(f"emsdk-{version}.tar.gz", f"{_EMSDK_URL}/{version}.tar.gz"), stage)
        for archive in archives(stage, version):
            _lay_in(place.get(archive.name, archive.url), stage / "downloads" / archive.name)
        _run_emsdk(stage, "install", version, say)
        _run_emsdk(stage, "activate", version, say)
        _remove(stage / "downloads")
        if installed_version(stage) != version:
            raise ToolBroken(f"emsdk has not installed {version}", "wasmlab setup emscripten, again")
        _swap(stage, home)
    return home


def installed_version(home: Path) -> str:
    """Return the version of the Emscripten in an emsdk's folder; empty where it is not whole."""
    from wasmlab.toolchains.emscripten_find import at

    found = at(home, "")
    whole = found and (home / ".emscripten").is_file() and (home / "upstream" / "bin").is_dir()
    return found.version if found and whole else ""


class _Place:
    """Where files come from: the internet, or a mirror that has them all side by side."""

    def __init__(self, mirror: str, folder: Path, say: Say) -> None:
        self._base = _as_url(mirror)
        self._folder = folder
        self._say = say
        self._sums = self._read_sums() if mirror else {}

    def get(self, name: str, url: str) -> Path:
        """Return the file `name`, downloaded now unless an earlier try has it."""
        where = f"{self._base}/{name}" if self._base else url
        self._say(f"downloading {name}")
        again = "wasmlab setup emscripten"
        return download(where, self._folder / name, self._say, sha256=self._sums.get(name, ""), again=again)

    def _read_sums(self) -> dict[str, str]:
        listed = self._folder / "SHA256SUMS"
        listed.unlink(missing_ok=True)
        try:
            download(f"{self._base}/SHA256SUMS", listed, self._say)
        except DownloadFailed:
            self._say("the mirror has no SHA256SUMS: its files are taken as they are")
            return {}
        lines = (line.split() for line in listed.read_text(encoding="utf-8").splitlines())
        return {words[1].removeprefix("*"): words[0].lower() for words in lines if len(words) == 2}


def _as_url(mirror: str) -> str:
    if not mirror or re.match(r"(?:https?|file)://", mirror):
        return mirror.rstrip("/")
    folder = Path(mirror).expanduser().resolve()
    if not folder.is_dir():
        raise UsageError(f"the mirror {mirror} is neither an address nor a folder", "check --mirror")
    return folder.as_uri()


def archives(emsdk: Path, version: str) -> list[Archive]:
    """Return what emsdk would download for `version` on this machine, by its own tables.

    Raises:
        DownloadFailed: this emsdk does not know the version.
    """
    tags = json.loads((emsdk / "emscripten-releases-tags.json").read_text(encoding="utf-8"))
    release = tags["releases"].get(version)
    if release is None:
        raise DownloadFailed(f"emsdk {version} knows no release of that version", f"--version {PINNED}")
    manifest = json.loads((emsdk / "emsdk_manifest.json").read_text(encoding="utf-8"))
    system, machine = _system(), _machine()
    sdk = next(each for each in manifest["sdks"] if "releases-tag" in each["version"])
    wanted = sdk.get(f"deps_{system}") or sdk.get("deps") or sdk.get("uses") or []
    tools = [tool for tool in manifest["tools"] if tool.get("arch", machine) == machine]
    return [found for tool in tools if (found := _archive(tool, wanted, release, system))]


def _archive(tool: Mapping[str, Any], wanted: list[str], release: str, system: str) -> Archive | None:
    name = f"{tool['id']}-{tool['version']}-{tool.get('bitness', 64)}bit"
    url = tool.get(f"url_{system}") or tool.get("url")
    if name not in wanted or not url or "custom_install_script" in tool:
        return None
    url = url.replace("%releases-tag%", release)
    prefix = tool.get("download_prefix", "").replace("%releases-tag%", release)
    full = url if "://" in url else _PACKAGES_URL + url
    return Archive(prefix + url.rpartition("/")[2], full)


def _system() -> str:
    return {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")


def _machine() -> str:
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"


def _run_emsdk(stage: Path, verb: str, version: str, say: Say) -> None:
    """Run emsdk with our Python: its launcher would look for one, and may take a stranger's."""
    quiet = {"EMSDK_NOTTY": "1", "EMSDK_KEEP_DOWNLOADS": "1", "EMSDK": "", "EM_CONFIG": ""}
    command = Command((sys.executable, str(stage / "emsdk.py"), verb, version), stage, quiet)
    lines: list[str] = []

    def on_line(line: str) -> None:
        if line.strip():
            lines.append(line.strip())
            del lines[:-50]
            say(line)

    if stream(command, on_line, seconds=_STEP_SECONDS, remedy="wasmlab setup emscripten") != 0:
        why = next((line for line in lines if line.lower().startswith("error")), lines[-1] if lines else "")
        raise ToolBroken(f"emsdk {verb} {version} failed: {why[:300]}", "wasmlab setup emscripten, again")


def _unpack(archive: Path, stage: Path) -> None:
    """Unpack emsdk itself, without the folder that its archive begins with."""
    inside = stage.with_name("emsdk.unpacked")
    _remove(inside)
    try:
        with tarfile.open(archive) as opened:
            _extract(opened, inside)
        (root,) = (path for path in inside.iterdir() if path.is_dir())
        root.rename(stage)
    except (tarfile.TarError, EOFError, ValueError) as error:
        archive.unlink(missing_ok=True)
        raise DownloadFailed(f"{archive.name} is no archive of emsdk: {error}", "try again") from error
    except OSError as error:
        raise FolderNotWritable(
            f"{stage} cannot be written: {error.strerror}", "set WASMLAB_CACHE"
        ) from error
    finally:
        _remove(inside)


def _extract(opened: tarfile.TarFile, inside: Path) -> None:
    """Extract an archive that stays in its folder; Python before 3.11.4 has no filter that sees to it."""
    if hasattr(tarfile, "data_filter"):
        opened.extractall(inside, filter="data")
        return
    for member in opened.getmembers():
        names = (member.name, member.linkname)
        leaves = any(".." in PurePosixPath(name).parts or name.startswith("/") for name in names)
        if leaves or member.isdev():
            raise ValueError(f"{member.name} would leave the folder")
    opened.extractall(inside)


def _lay_in(archive: Path, place: Path) -> None:
    """Put an archive where emsdk looks before it downloads; a second name costs no room."""
    place.parent.mkdir(exist_ok=True)
    try:
        os.link(archive, place)
    except OSError:
        shutil.copyfile(archive, place)


def _swap(stage: Path, home: Path) -> None:
    old = home.with_name("emsdk.old")
    _remove(old)
    if home.exists():
        home.rename(old)
    stage.rename(home)
    _remove(old)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        hint = "set WASMLAB_CACHE to a folder that you may write to"
        raise FolderNotWritable(f"{folder} cannot be made: {error.strerror}", hint) from error


def _remove(folder: Path) -> None:
    if folder.is_dir():
        shutil.rmtree(folder, onerror=_make_writable)


def _make_writable(remove: Callable[[str], Any], path: str, _error: Any) -> None:
    """Archives bring read-only files, and Windows removes none of those."""
    Path(path).chmod(0o700)
    remove(path)
