"""What can be looked for and what can be got: one entry a part, in the order in which it is shown."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

from wasmlab.course import cache_folder
from wasmlab.errors import FolderNotWritable, ToolMissing, WasmlabError
from wasmlab.provision import browsers

Say = Callable[[str], None]


@dataclass(frozen=True)
class Finding:
    """One line of `wasmlab doctor`: `use` is what it is for, `remedy` the command that gets it.

    `by_setup` is False where a setting is wrong that only the user can mend.
    """

    name: str
    ok: bool
    use: str
    needed: bool = True
    version: str = ""
    path: str = ""
    problem: str = ""
    remedy: str = ""
    by_setup: bool = True


@dataclass(frozen=True)
class Part:
    """Something that `wasmlab setup` can get; `plan` says in words what that changes."""

    find: Callable[[], Finding]
    plan: Callable[[], str]
    get: Callable[[Say], None]
    wanted: bool = True


def _browser(name: str) -> Part:
    def find() -> Finding:
        found = _engine(name, f"checks in {name.title()}", f"wasmlab setup {name}")
        if found.ok and not browsers.starts(found.path):
            problem = f"{found.path} does not start: the system lacks libraries that it needs"
            return replace(found, ok=False, problem=problem, remedy=f"wasmlab setup {name}")
        return found

    def works() -> bool:
        return find().ok and _launches(name)

    return Part(find, lambda: browsers.plan(name), lambda say: browsers.get(name, say, works))


def _webkit() -> Part:
    def find() -> Finding:
        return replace(_engine("webkit", "a fourth engine", "wasmlab setup webkit"), needed=False)

    def works() -> bool:
        return find().ok and _launches("webkit")

    def get(say: Say) -> None:
        browsers.get("webkit", say, works)

    return Part(find, lambda: browsers.plan("webkit"), get, wanted=False)


def _engine(name: str, use: str, remedy: str) -> Finding:
    from wasmlab.engines import engine

    try:
        found = engine(name).find()
    except ToolMissing as error:
        return Finding(name, False, use, problem=error.what, remedy=remedy)
    except WasmlabError as error:
        return Finding(name, False, use, problem=error.what, remedy=error.hint, by_setup=False)
    except ImportError as error:
        problem = f"{error.name or error} cannot be imported"
        return Finding(name, False, use, problem=problem, remedy=_AGAIN, by_setup=False)
    return Finding(name, True, use, version=f"{found.version} ({found.origin})", path=found.path)


def _launches(name: str) -> bool:
    """Whether Playwright can really drive it: some versions are found but cannot be."""
    from wasmlab.engines import session

    try:
        with session(name):
            return True
    except WasmlabError:
        return False


_AGAIN = "python -m pip install --force-reinstall wasmlab"


def _find_assets() -> Finding:
    from wasmlab.assets import fetch, python

    versions = fetch.versions()
    names = ", ".join(f"{name} {versions[name]}" for name in ("pyodide", "mermaid"))
    use = "Python and diagrams in the page, wasi-libc"
    if fetch.is_current() and not python.is_prepared():
        problem = "Python in the page starts slowly: it was not prepared for this harness"
        return Finding("assets", False, use, problem=problem, remedy="wasmlab setup assets")
    if fetch.is_current():
        return Finding("assets", True, use, version=names, path=str(fetch.VENDOR))
    problem = f"{names} and wasi-libc are not in {fetch.VENDOR}, or not as pinned"
    return Finding("assets", False, use, problem=problem, remedy="wasmlab setup assets")


def _get_assets(say: Say) -> None:
    from filelock import FileLock

    from wasmlab.assets import fetch, node, python

    lock = cache_folder() / "assets.lock"
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        turn = FileLock(lock).acquire()
    except OSError as error:
        raise FolderNotWritable(f"{lock} cannot be written: {error.strerror}", "make it writable") from error
    with turn:  # of two at once the second waits, and finds everything done
        if not fetch.is_current():
            say("npm ci --ignore-scripts, then the files that the pages need are cut out")
            fetch.fetch(node.get)
        if not python.is_prepared():
            say("Python for the pages is compiled and started once, and a picture of its memory kept")
            python.prepare(node.get)


def _plan_assets() -> str:
    from wasmlab.assets import fetch, node

    try:
        node.find()
        first = ""
    except ToolMissing:
        first = "download Node from PyPI into the user's cache, then "
    return f"{first}download pinned npm packages (60 MB) and keep 61 MB in {fetch.VENDOR}"


def _find_node() -> Finding:
    from wasmlab.assets import node

    use = "fetching the assets again, checking JavaScript types"
    try:
        found = node.find()
    except ToolMissing as error:
        return Finding("node", False, use, False, problem=error.what, remedy="wasmlab setup node")
    return Finding("node", True, use, False, f"{found.version} ({found.origin})", str(found.path))


def _get_node(say: Say) -> None:
    from wasmlab.assets import node

    say(f"pip install {node.WHEEL}, into the user's cache")
    node.get()


def _find_sandbox() -> Finding:
    from wasmlab.grade.confining import WAYS, choose, sandbox

    use = "confining the compiler of submissions"
    if sandbox.find():
        return Finding("sandbox-compiler", True, use, False, sandbox.find(), str(sandbox.compiler()))
    way = choose()
    now = f"{way.name} {way.find()}".strip() if way.confines else WAYS["none"].text
    problem = f"grade confines the compiler by {now}" if way.confines else f"grade: {now}"
    return Finding(
        "sandbox-compiler", False, use, False, problem=problem, remedy="wasmlab setup sandbox-compiler"
    )


def _plan_sandbox() -> str:
    return "download clang as WebAssembly from npm (60 MB), compile it to this machine and keep 230 MB"


def _get_sandbox(say: Say) -> None:
    from wasmlab.assets import node
    from wasmlab.grade.confining import sandbox

    sandbox.prepare(say, node.get)


def _emscripten() -> Part:
    from wasmlab.provision import emscripten

    return emscripten.part()


def _closure() -> Part:
    from wasmlab.provision import closure

    return closure.part()


def _pyodide() -> Part:
    from wasmlab.provision import pyodide

    return pyodide.part()


def _system_clang() -> Part:
    from wasmlab.provision import system_clang

    return system_clang.part()


PARTS: dict[str, Part] = {
    "chromium": _browser("chromium"),
    "firefox": _browser("firefox"),
    "emscripten": Part(
        lambda: _emscripten().find(), lambda: _emscripten().plan(), lambda say: _emscripten().get(say)
    ),
    "closure": Part(
        lambda: _closure().find(), lambda: _closure().plan(), lambda say: _closure().get(say), wanted=False
    ),
    "assets": Part(_find_assets, _plan_assets, _get_assets),
    "pyodide": Part(lambda: _pyodide().find(), lambda: _pyodide().plan(), lambda say: _pyodide().get(say)),
    "sandbox-compiler": Part(_find_sandbox, _plan_sandbox, _get_sandbox, wanted=False),
    "node": Part(_find_node, lambda: "download Node from PyPI into the user's cache", _get_node, False),
    "webkit": _webkit(),
    "system-clang": Part(
        lambda: _system_clang().find(),
        lambda: _system_clang().plan(),
        lambda say: _system_clang().get(say),
        wanted=False,
    ),
}
GROUPS: dict[str, tuple[str, ...]] = {"browsers": ("chromium", "firefox")}


def examine() -> list[Finding]:
    """Look at everything that wasmlab uses on this machine."""
    here = [_python(), _clang(), _wasi_libc(), _engine("wasmtime", "run and check", _AGAIN)]
    return [*here, *(part.find() for part in PARTS.values()), _cache(), _course()]


def _python() -> Finding:
    return Finding("python", True, "running wasmlab", version=platform.python_version(), path=sys.executable)


def _clang() -> Finding:
    from wasmlab.toolchains import toolchain

    try:
        tool = toolchain("clang").find(None)
    except WasmlabError as error:
        return Finding("clang", False, "building lessons", problem=error.what, remedy=error.hint)
    return Finding(
        "clang", True, "building lessons", version=f"{tool.name} {tool.version}", path=str(tool.path)
    )


def _wasi_libc() -> Finding:
    from wasmlab.toolchains.wasi import sysroot

    try:
        found = sysroot()
    except WasmlabError as error:
        return Finding("wasi-libc", False, "printf and files in C", problem=error.what, remedy=error.hint)
    return Finding("wasi-libc", True, "printf and files in C", path=str(found.root))


def _cache() -> Finding:
    from wasmlab.course import cache_folder

    folder, use = cache_folder(), "copies of lessons, downloads"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        problem = f"{folder} cannot be written: {error.strerror}"
        remedy = "set WASMLAB_CACHE to a folder that you may write to"
        return Finding("cache", False, use, path=str(folder), problem=problem, remedy=remedy)
    return Finding("cache", True, use, path=str(folder))


def _course() -> Finding:
    from wasmlab.course import find_course

    use = "the lessons"
    try:
        course = find_course()
    except WasmlabError as error:
        return Finding("course", False, use, problem=error.what, remedy=error.hint)
    broken = next(iter(course.broken.values()), None)
    count = f"{len(course.lessons)} lesson{'s' if len(course.lessons) != 1 else ''}"
    where = "a copy in the cache" if course.is_copy else ""
    version = ", ".join(text for text in (count, where) if text)
    if broken is not None:
        return Finding("course", False, use, True, version, str(course.root), broken.what, broken.hint)
    return Finding("course", True, use, version=version, path=str(course.root))
