"""C and C++ to Wasm by Emscripten: one command a target, and the glue that it leaves beside the module."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path, PurePosixPath

from wasmlab.lesson import Lesson, Target
from wasmlab.process import Command
from wasmlab.toolchains import emscripten_closure
from wasmlab.toolchains import emscripten_settings as settings
from wasmlab.toolchains.emscripten_find import at, cache_of, find_emscripten, surroundings, words
from wasmlab.toolchains.plan import Plan, Profile, Step, Tool, stage_folder

_PROFILES: dict[Profile, tuple[str, ...]] = {"debug": ("-g", "-O0"), "release": ("-O2",)}

# The first build on a machine may have to compile Emscripten's own libraries.
_PATIENCE = 3600.0
_LIBRARY = r"generating (?:system library|system asset|port)[^:]*: (?:\S*/)?(?P<what>[^/\s]+?)\.\.\."


def find(path: Path | None = None) -> Tool:
    """Return the emcc to use; no environment script need have been run.

    Raises:
        ToolMissing: there is none, or none where the user says it is.
    """
    found = find_emscripten(path)
    script = found.folder / "emcc.py"
    status = (script if script.is_file() else found.program).stat()
    stamp = f"{status.st_size}-{status.st_mtime_ns}"
    headers = cache_of(found) / "sysroot" / "include"
    return Tool("emcc", found.program, found.version, found.origin, includes=(headers,), stamp=stamp)


def is_meant(path: Path) -> bool:
    """Return whether `path`, which a user has named, is an Emscripten rather than another compiler."""
    return at(path.expanduser(), "named") is not None


def plan(tool: Tool, lesson: Lesson, target: Target, profile: Profile) -> Plan:
    """Return one command that compiles and links; with several sources, one more for each of them.

    Raises:
        PartMissing: the target waits for a part that is not on this machine.
    """
    if "closure" in target.parts:
        emscripten_closure.require(find_emscripten(tool.path))
    stage = stage_folder(target.name)
    stem = PurePosixPath(target.output).stem
    asked = _asked_for(target)
    meaning = _meaning(target, profile, tool.version)
    if len(target.sources) == 1:
        depfile = f"{stage}/{stem}.d"
        argv = (*target.sources, *meaning, *_MACHINES, "-MMD", "-MF", depfile, "-o", f"{stage}/{asked}")
        steps = [_step(f"build {target.output}", tool, lesson, target, argv)]
        depfiles = [depfile]
    else:
        objects = [f"{stage}/{PurePosixPath(source).stem}-{n}.o" for n, source in enumerate(target.sources)]
        depfiles = [f"{made}.d" for made in objects]
        compiling = _compiling(target, profile, tool.version)
        steps = [
            _step(
                f"compile {source}",
                tool,
                lesson,
                target,
                ("-c", source, *compiling, *_MACHINES, "-MMD", "-MF", f"{made}.d", "-o", made),
            )
            for source, made in zip(target.sources, objects, strict=True)
        ]
        link = (*objects, *meaning, "-o", f"{stage}/{asked}")
        steps.append(_step(f"link {target.output}", tool, lesson, target, link))
    made = f"{stage}/{PurePosixPath(target.output).name}"
    # Emscripten's own -gsource-map leaves out the DWARF by which traps are explained: ours is made from it.
    mapped = profile == "debug" and bool(target.also)
    spare = (*settings.spare_files(stem), *([f"{stem}.wasm.map"] if mapped else []))
    return Plan(tuple(steps), stage, made, tuple(depfiles), target.also, spare, _files_read(target), mapped)


# What is before and after the glue asks for it itself, by 'use preprocessor', since 3.1.54.
_RUNNERS = ("--pre-js", "--post-js", "--js-library", "--shell-file")
_READERS = ("--preload-file", "--embed-file", *_RUNNERS)


def _files_read(target: Target, readers: tuple[str, ...] = _READERS) -> tuple[str, ...]:
    """Return the files that link_flags name: `--preload-file assets/a.txt@/a.txt` and the like."""
    flags = [word for flag in target.link_flags for word in flag.split("=", 1)]
    named = [after for flag, after in pairwise(flags) if flag in readers]
    return tuple(name.partition("@")[0] for name in named)


def files_run(target: Target) -> tuple[str, ...]:
    """Return the files whose JavaScript, or the macros in it, Emscripten runs on this machine as it links."""
    return _files_read(target, _RUNNERS)


_MACHINES = ("-Wall", "-fno-color-diagnostics", "-fdebug-compilation-dir=.")


def _step(text: str, tool: Tool, lesson: Lesson, target: Target, argv: tuple[str, ...]) -> Step:
    found = find_emscripten(tool.path)
    needed = {**surroundings(found), **emscripten_closure.variables(found, target)}
    command = Command((*words(found, driver(target)), *argv), lesson.root, needed)
    return Step(text, command, _PATIENCE, _LIBRARY)


def driver(target: Target) -> str:
    """Return the program for a target's language: emcc takes C++ for C since 6.0.6."""
    cpp = any(PurePosixPath(source).suffix in (".cpp", ".cc", ".cxx") for source in target.sources)
    return "em++" if cpp else "emcc"


def slide_commands(target: Target) -> list[tuple[str, ...]]:
    """Return the release build as a slide shows it: one plain command."""
    folder = PurePosixPath(target.output).parent
    meaning = _meaning(target, "release", "")
    return [(driver(target), *target.sources, *meaning, "-o", f"{folder}/{_asked_for(target)}")]


def _asked_for(target: Target) -> str:
    """Return the name that emcc is asked for; the others it makes on its own, beside it."""
    names = [PurePosixPath(name) for name in (*target.also, target.output)]
    ranked = sorted(names, key=lambda name: _RANK.get(name.suffix, 9))
    return ranked[0].name


_RANK = {".html": 0, ".mjs": 1, ".js": 2, ".wasm": 3}


def _compiling(target: Target, profile: Profile, version: str) -> tuple[str, ...]:
    """Leave out the profile's level where the target has one of its own."""
    own = target.compile_flags
    chosen = {
        flag[:2] for flag in own if flag.startswith(("-O", "-g"))
    }  # a target's own level is the only one
    usual = [flag for flag in _PROFILES[profile] if flag not in chosen and flag[:2] not in chosen]
    return (*usual, *settings.spelled(own, version))


def _meaning(target: Target, profile: Profile, version: str) -> tuple[str, ...]:
    """Return the flags that say what is made; all others serve messages and bookkeeping."""
    linking = settings.spelled(target.link_flags, version)
    return (*_compiling(target, profile, version), *_exports(target), *_kind(target), *linking)


def _exports(target: Target) -> tuple[str, ...]:
    """Name the C functions as the setting wants them: with the underscore of their symbols."""
    names = ",".join(f"_{export.name}" for export in target.exports)
    return (f"-sEXPORTED_FUNCTIONS={names}",) if names else ()


def _kind(target: Target) -> tuple[str, ...]:
    if any(name.endswith(".html") for name in target.also):
        return settings.page_settings()
    has_main = target.system == "wasi" or any(export.name == "main" for export in target.exports)
    return ("--no-entry",) if not (target.also or has_main) else ()
