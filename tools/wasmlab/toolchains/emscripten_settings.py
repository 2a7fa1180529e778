"""What Emscripten's settings are called in each version: the only place that knows of versions."""

from __future__ import annotations

from collections.abc import Sequence

Version = tuple[int, ...]


def numbers(version: str) -> Version:
    """Return a version as numbers that can be compared; an unknown one counts as new."""
    parts = version.split(".")
    return tuple(map(int, parts)) if all(part.isdigit() for part in parts) else (999,)


# The new name, the version that brought it, and the name before.
_RENAMED = (("-sSTACK_SIZE=", (3, 1, 25), "-sTOTAL_STACK="),)


def spelled(flags: Sequence[str], version: str) -> tuple[str, ...]:
    """Return a manifest's flags as the Emscripten of this version knows them."""
    return tuple(_spelled(flag, numbers(version)) for flag in _joined(flags))


def _joined(flags: Sequence[str]) -> list[str]:
    """Write `-s`, `NAME=value` as one word: both work, and one word is easier to compare."""
    joined: list[str] = []
    for flag in flags:
        if joined and joined[-1] == "-s":
            joined[-1] = f"-s{flag}"
        else:
            joined.append(flag)
    return joined


def _spelled(flag: str, version: Version) -> str:
    for new, since, old in _RENAMED:
        if flag.startswith(new) and version < since:
            return old + flag.removeprefix(new)
    return _methods(flag, version)


def _methods(flag: str, version: Version) -> str:
    """Leave out the views of linear memory: until 4.0.7 `Module` had them all, and 3.1.6 warns of typos."""
    start, _, names = flag.partition("=")
    if start != "-sEXPORTED_RUNTIME_METHODS" or version >= (4, 0, 7):
        return flag
    kept = [name for name in names.split(",") if not name.startswith("HEAP")]
    return f"{start}={','.join(kept)}" if kept else f"{start}=[]"


def closure_release(version: str) -> str:
    """Return the release of the Closure compiler that fits an Emscripten which came without one.

    Until 3.1.70 emcc asks for the language ECMASCRIPT_NEXT_IN, which today's releases refuse: it gets
    one of 3.1.6's time. Since 3.1.71 it asks for UNSTABLE, which that one refuses.
    """
    return "20220202" if numbers(version) < (3, 1, 71) else "20260927"


def page_settings() -> tuple[str, ...]:
    """Return what every page that Emscripten writes needs.

    Its minifier of HTML is broken in 3.1.6, and not there at all in Debian's later packages.
    """
    return ("-sMINIFY_HTML=0",)


def spare_files(stem: str) -> tuple[str, ...]:
    """Return what some versions leave beside the module: a thread's worker was a file until 3.1.58."""
    return (f"{stem}.worker.js", f"{stem}.worker.mjs")
