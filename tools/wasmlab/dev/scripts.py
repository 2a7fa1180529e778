"""The build and clean scripts that a lecture shows on a slide: the manifest's targets as plain commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from wasmlab.lesson import Lesson, Target
from wasmlab.toolchains import TOOLCHAINS
from wasmlab.toolchains.plan import STAGE, Tool

_PLAIN = Tool("clang", Path("clang"), "", "", ("wasm-ld",))
_VARIABLES = {"clang": "CLANG", "wasm-ld": "WASM_LD"}

# Flags that serve the tool's own messages and records; the release module is the same without.
_UNSEEN = re.compile(r"-fno-color-diagnostics|-fdebug-compilation-dir=.*|-MMD")

_STAGED_OBJECT = re.compile(r"^.+?-(.+)-(\d+)\.o$")

_MADE = "# Made from lesson.toml by `wasmlab dev regen`: edit that file, not this one."


def lesson_scripts(lesson: Lesson) -> dict[str, str]:
    """Return the scripts of one lesson by file name: two a clang target, and two that clean.

    A target that needs wasi-libc has none: where that library lies differs from machine to machine.
    """
    targets = [t for t in lesson.targets if t.toolchain == "clang" and t.system == "freestanding"]
    files: dict[str, str] = {}
    for target in targets:
        commands = plain_commands(lesson, target)
        files[f"build_{target.name}.sh"] = _build_sh(target, commands)
        files[f"build_{target.name}.ps1"] = _build_ps1(target, commands)
    if targets:
        files["clean.sh"] = _CLEAN_SH
        files["clean.ps1"] = _CLEAN_PS1
    return files


def plain_commands(lesson: Lesson, target: Target) -> list[list[str]]:
    """Return a target's release build as one would type it, in the lesson's folder."""
    plan = TOOLCHAINS[target.toolchain].plan(_PLAIN, lesson, target, "release")
    return [_plain(list(step.command.argv), plan.made, target.output) for step in plan.steps]


def _plain(argv: list[str], made: str, output: str) -> list[str]:
    if "-MF" in argv:
        at = argv.index("-MF")
        del argv[at : at + 2]
    words = [output if word == made else word for word in argv if not _UNSEEN.fullmatch(word)]
    return [_shorter(word) for word in words]


def _shorter(word: str) -> str:
    """Turn the stage's `dist/.wasmlab/TARGET-SOURCE-0.o` into `dist/SOURCE.o`."""
    if not word.startswith(f"{STAGE}/"):
        return word
    return "dist/" + _STAGED_OBJECT.sub(_numbered, word.removeprefix(f"{STAGE}/"))


def _numbered(match: re.Match[str]) -> str:
    return f"{match[1]}.o" if match[2] == "0" else f"{match[1]}-{match[2]}.o"


def _about(target: Target) -> str:
    return f"# Builds {target.output} from {', '.join(target.sources)}.\n{_MADE}"


def _build_sh(target: Target, commands: list[list[str]]) -> str:
    lines = "\n".join(_sh_line(argv) for argv in commands)
    return f"""#!/bin/sh
{_about(target)}
set -eu
cd "$(dirname "$0")/.."
mkdir -p dist

{lines}
"""


def _sh_line(argv: list[str]) -> str:
    # Unquoted on purpose: CLANG may be two words, such as "zig clang".
    return f"${{{_VARIABLES[argv[0]]}:-{argv[0]}}} {shlex.join(argv[1:])}"


def _build_ps1(target: Target, commands: list[list[str]]) -> str:
    lines = "\n".join(_ps1_line(argv) for argv in commands)
    return f"""{_about(target)}
$ErrorActionPreference = "Stop"
$clang = if ($env:CLANG) {{ $env:CLANG }} else {{ "clang" }}
$wasmLd = if ($env:WASM_LD) {{ $env:WASM_LD }} else {{ "wasm-ld" }}
Push-Location (Split-Path $PSScriptRoot)
try {{
  New-Item -ItemType Directory -Force dist | Out-Null

{lines}
}} finally {{
  Pop-Location
}}
"""


def _ps1_line(argv: list[str]) -> str:
    program = {"clang": "$clang", "wasm-ld": "$wasmLd"}[argv[0]]
    words = " ".join(_ps1_word(word) for word in argv[1:])
    return f"  & {program} {words}\n  if ($LASTEXITCODE) {{ exit $LASTEXITCODE }}"


def _ps1_word(word: str) -> str:
    # PowerShell splits a bare word that begins with - at its first dot.
    plain = re.fullmatch(r"[\w/=-]+" if word.startswith("-") else r"[\w/.=-]+", word, re.ASCII)
    return word if plain else "'" + word.replace("'", "''") + "'"


_CLEAN_SH = f"""#!/bin/sh
# Removes everything that was built.
{_MADE}
set -eu
cd "$(dirname "$0")/.."
rm -rf dist
"""

_CLEAN_PS1 = f"""# Removes everything that was built.
{_MADE}
$dist = Join-Path (Split-Path $PSScriptRoot) "dist"
if (Test-Path $dist) {{ Remove-Item -Recurse -Force $dist }}
"""
