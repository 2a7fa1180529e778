"""Asks pip for the wheels that a page needs for some packages, and says in plain words what cannot be had."""

from __future__ import annotations

import hashlib
import html
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from wasmlab import packages
from wasmlab.errors import DownloadFailed, PackageUnfit, ToolMissing
from wasmlab.packages import Wheel
from wasmlab.process import Command, stream
from wasmlab.provision.parts import Say

_SCRIPT = Path(__file__).with_name("pip_for_pages.py")
_SECONDS = 900
_TOLD = re.compile(r"(Collecting|Downloading|Using cached) ")
_LINKS = "built-by-pyodide.html"


@dataclass(frozen=True)
class Source:
    """Where wheels come from: pip's own index, and where the user names it, Pyodide's distribution."""

    mirror: str = ""

    def links(self, folder: Path) -> tuple[str, ...]:
        """Write Pyodide's own wheels as a page of links with their hashes, for pip to choose from."""
        if not self.mirror:
            return ()
        base = self.mirror if "://" in self.mirror else Path(self.mirror).expanduser().resolve().as_uri()
        base = html.escape(base.rstrip("/"))
        lines = [f'<a href="{base}/{file}#sha256={sha256}">{file}</a>' for file, sha256 in _built().items()]
        (folder / _LINKS).write_text("<!doctype html><body>\n" + "\n".join(lines), encoding="utf-8")
        return ("--find-links", (folder / _LINKS).as_uri())


def resolve(
    names: Sequence[str], pins: Iterable[Wheel], source: Source, folder: Path, say: Say
) -> list[Wheel]:
    """Download the wheels of `names` and of all that they need into `folder`, and return them.

    `pins` keep their versions.

    Raises:
        PackageUnfit: a package is not there, or has no wheel that a page can use.
        DownloadFailed: the index cannot be reached, or the packages cannot be had together.
        ToolMissing: this Python has no pip.
    """
    kept = folder / "pins.txt"
    kept.write_text("".join(f"{pin.name}=={pin.version}\n" for pin in pins), encoding="utf-8")
    links = source.links(folder)
    # Twice as wordy: it is the only way to learn why pip takes none of a package's files.
    told = _pip(
        ("download", "-vv", *_fitting(folder), "--constraint", str(kept), *links, *names), folder, say
    )
    if told:
        raise _refusal(told, names, source)
    files = sorted(folder.glob("*.whl"))
    here = {read_wheel(file).name for file in files}
    return [read_wheel(file, here) for file in files]


def fetch(wheels: Iterable[Wheel], source: Source, folder: Path, say: Say) -> None:
    """Download exactly these wheels into `folder`; pip compares their hashes.

    Raises:
        DownloadFailed: one of them cannot be had as it was pinned.
        ToolMissing: this Python has no pip.
    """
    wheels = list(wheels)
    pinned = folder / "pinned.txt"
    lines = (f"{wheel.name}=={wheel.version} --hash=sha256:{wheel.sha256}\n" for wheel in wheels)
    pinned.write_text("".join(lines), encoding="utf-8")
    hashed = ("--no-deps", "--require-hashes", "--requirement", str(pinned))
    told = _pip(("download", *_fitting(folder), *source.links(folder), *hashed), folder, say)
    if told or any(not (folder / wheel.file).is_file() for wheel in wheels):
        names = ", ".join(wheel.name for wheel in wheels)
        why = _last_error(told) or "another file came"
        hint = _mirror_hint([wheel.name for wheel in wheels]) if _unreachable(why, wheels, source) else _AGAIN
        raise DownloadFailed(f"{names} cannot be fetched as pinned: {why}", hint)


_AGAIN = "check the network and pip's settings (pip config list), then the same command again"


def _unreachable(why: str, wheels: list[Wheel], source: Source) -> bool:
    return not source.mirror and any(wheel.file in _built() for wheel in wheels) and "hash" not in why.lower()


def _fitting(folder: Path) -> tuple[str, ...]:
    """Return the options by which pip takes only wheels that a page can use."""
    fits = packages.platform()
    chosen = ("--only-binary=:all:", "--implementation", "cp", "--python-version", fits["python"])
    tags = ("--abi", "cp" + fits["python"].replace(".", ""), "--platform", fits["platform"])
    return (*chosen, *tags, "--dest", str(folder), "--progress-bar", "off", "--disable-pip-version-check")


def _environment() -> dict[str, str]:
    """Return what conditions in a package's requirements are read for."""
    info = packages.pyodide_lock()["info"]
    return {
        "implementation_name": "cpython",
        "implementation_version": info["python"],
        "os_name": "posix",
        "platform_machine": info["arch"],
        "platform_python_implementation": "CPython",
        "platform_release": info["platform"].removeprefix("emscripten_").replace("_", "."),
        "platform_system": "Emscripten",
        "platform_version": "#1",
        "python_full_version": info["python"],
        "python_version": packages.platform()["python"],
        "sys_platform": "emscripten",
    }


def _pip(arguments: Sequence[str], folder: Path, say: Say) -> str:
    """Run pip; return what it said where it failed, and nothing where it did not."""
    lines: list[str] = []

    def hear(line: str) -> None:
        lines.append(line)
        if _TOLD.match(line.strip()):
            say(_without_addresses(line.strip()))

    command = Command((sys.executable, str(_SCRIPT), json.dumps(_environment()), *arguments), folder)
    if stream(command, hear, seconds=_SECONDS, remedy=_AGAIN) == 0:
        return ""
    text = "\n".join(lines)
    if "No module named 'pip" in text:
        raise ToolMissing("this Python has no pip, which fetches packages", "python -m ensurepip")
    return text or "pip said nothing"


def _refusal(told: str, names: Sequence[str], source: Source) -> DownloadFailed:
    """Say why pip could not get them: by itself it does not tell a wrong name from wheels that do not fit."""
    found = re.search(r"No matching distribution found for ([A-Za-z0-9._-]+)", told)
    if not found:
        return DownloadFailed(f"{', '.join(names)}: {_last_error(told)}", _AGAIN)
    name = packages.canonical(found[1])
    for_whom = "" if name in names else f", which {', '.join(names)} needs,"
    if name in _built_names() and not source.mirror:
        what = f"{name}{for_whom} is written in C: only wheels that Pyodide's makers have built fit a page"
        return PackageUnfit(what, _mirror_hint(names))
    if why := _why_none_fits(name, told):
        return PackageUnfit(
            f"{name}{for_whom} {why}", "take a package of pure Python, or one that Pyodide builds"
        )
    if re.search(r"Could not fetch URL \S+: (?!404)", told):
        return DownloadFailed(f"pip cannot reach its index, so {name} cannot be fetched", _AGAIN)
    return PackageUnfit(f"no package is called {name!r} in pip's index", "check its spelling")


def _why_none_fits(name: str, told: str) -> str:
    """Return what is wrong with the files that the index has of a package; nothing where it has none."""
    spelled = re.sub("-", "[-_.]+", name)
    if re.search(rf"none of the wheel's tags .*/{spelled}-[^/]*\.whl", told, re.IGNORECASE):
        return "has a part in C and no wheel for pages: it cannot run there"
    if re.search(rf"No (sources|binaries) permitted for {spelled}:", told, re.IGNORECASE):
        return "comes only as sources, which may hold C: a page needs a wheel"
    if re.search(rf"requires a different Python .*/{spelled}-[^/]*", told, re.IGNORECASE):
        return f"has no version for Python {packages.platform()['python']}"
    return ""


def _mirror_hint(names: Sequence[str]) -> str:
    command = f"wasmlab setup pyodide --package {' '.join(names)} --pyodide-mirror PLACE"
    return f"{command}, where PLACE is a folder or an address that has Pyodide {_version()}'s distribution"


def _version() -> str:
    from wasmlab.assets.fetch import versions

    return versions()["pyodide"]


def _last_error(told: str) -> str:
    """Return pip's own word on what went wrong, without addresses."""
    errors = [line.removeprefix("ERROR:").strip() for line in told.splitlines() if line.startswith("ERROR:")]
    lines = errors or [line.strip() for line in told.splitlines() if line.strip()]
    return _without_addresses(lines[0])[:300] if lines else ""


def _without_addresses(text: str) -> str:
    return re.sub(r"\s*\(?from https?://\S+\)?|https?://\S*/", "", text)


# What Pyodide's makers have built


def _built() -> dict[str, str]:
    """Return the files and hashes of the wheels in Pyodide's lock that hold C."""
    known = packages.pyodide_lock()["packages"].values()
    return {each["file_name"]: each["sha256"] for each in known if not _is_pure(each["file_name"])}


def _is_pure(file: str) -> bool:
    return not file.endswith(".whl") or file.endswith("-none-any.whl")


def _built_names() -> set[str]:
    known = packages.pyodide_lock()["packages"].items()
    return {name for name, each in known if not _is_pure(each["file_name"])}


# What a wheel says of itself


def read_wheel(path: Path, others: AbstractSet[str] = frozenset()) -> Wheel:
    """Return what a wheel says of itself; of what it requires, the packages that are among `others`.

    Raises:
        DownloadFailed: it is no wheel.
    """
    metadata, names = _metadata(path)
    content = path.read_bytes()
    name = packages.canonical(metadata["Name"])
    asked = (re.match(r"[A-Za-z0-9._-]+", text) for text in metadata.get_all("Requires-Dist") or [])
    required = {packages.canonical(match[0]) for match in asked if match}
    return Wheel(
        name=name,
        version=metadata["Version"],
        file=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        imports=_imports(names),
        needs=tuple(sorted((required & others) - {name})),
    )


def _metadata(path: Path) -> tuple[Any, list[str]]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            place = next(name for name in names if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
            text = archive.read(place).decode("utf-8", "replace")
    except (zipfile.BadZipFile, StopIteration) as error:
        raise DownloadFailed(f"{path.name} is no wheel", "the same command again") from error
    return HeaderParser().parsestr(text), names


def _imports(names: Iterable[str]) -> tuple[str, ...]:
    """Return the modules and packages at the top of a wheel."""
    tops = {
        name.split("/")[0] for name in names if name.endswith((".py", ".so")) and ".dist-info/" not in name
    }
    found = {re.split(r"[.]", top)[0] for top in tops if not top.endswith(".data")}
    return tuple(sorted(each for each in found if each.isidentifier()))
