"""The build and clean scripts that a lecture shows on a slide: the manifest's targets as plain commands."""

from __future__ import annotations

import re
import shlex
from pathlib import PurePosixPath

from wasmlab.lesson import Lesson, Target
from wasmlab.toolchains import emscripten
from wasmlab.toolchains.clang import slide_commands
from wasmlab.toolchains.emscripten_closure import VARIABLE as CLOSURE

_VARIABLES = {"clang": "CLANG", "wasm-ld": "WASM_LD"}

_MADE = "# Made from lesson.toml by `wasmlab dev regen`: edit that file, not this one."


def lesson_scripts(lesson: Lesson) -> dict[str, str]:
    """Return the scripts of one lesson by file name: two a clang target, and two that clean.

    All targets of Emscripten share one pair: each is one command. A target of clang that needs
    wasi-libc has none: where that library lies differs from machine to machine.
    """
    targets = [t for t in lesson.targets if t.toolchain == "clang" and t.system == "freestanding"]
    files: dict[str, str] = {}
    for target in targets:
        commands = slide_commands(target)
        files[f"build_{target.name}.sh"] = _build_sh(target, commands)
        files[f"build_{target.name}.ps1"] = _build_ps1(target, commands)
    files |= emscripten_scripts(lesson)
    if files:
        files["clean.sh"] = _CLEAN_SH
        files["clean.ps1"] = _CLEAN_PS1
    return files


def emscripten_scripts(lesson: Lesson) -> dict[str, str]:
    """Return `build.sh` and `build.ps1` of a lesson that Emscripten builds."""
    targets = [target for target in lesson.targets if target.toolchain == "emscripten"]
    if not targets:
        return {}
    return {"build.sh": _emscripten_sh(targets), "build.ps1": _emscripten_ps1(targets)}


def _emscripten_sh(targets: list[Target]) -> str:
    parts = "\n\n".join("\n".join([f"# {target.name}", *_sh_target(target)]) for target in targets)
    return f"""#!/bin/sh
# Builds every example, one command each.
{_MADE}
set -eu
cd "$(dirname "$0")/.."
mkdir -p dist

{parts}
"""


def _sh_target(target: Target) -> list[str]:
    lines = [_sh_emcc(argv) for argv in emscripten.slide_commands(target)]
    if "closure" not in target.parts:
        return lines
    beside = f'"$(dirname "$(command -v ${{EMCC:-emcc}})")/{_CLOSURE_BESIDE}"'
    return [
        f'if [ -n "${{{CLOSURE}:-}}" ] || [ -d {beside} ]; then',
        *(f"  {line}" for line in lines),
        "else",
        f'  echo "{target.name} {_WAITS}" >&2',
        "fi",
    ]


_CLOSURE_BESIDE = "node_modules/google-closure-compiler"
_WAITS = (
    f"waits: set {CLOSURE} to a Closure compiler (wasmlab setup closure gets one, wasmlab doctor says where)"
)


def _sh_emcc(argv: tuple[str, ...]) -> str:
    return f"${{{_EMSCRIPTEN[argv[0]]}:-{argv[0]}}} {shlex.join(argv[1:])}"


_EMSCRIPTEN = {"emcc": "EMCC", "em++": "EMXX"}


def _emscripten_ps1(targets: list[Target]) -> str:
    parts = "\n\n".join("\n".join([f"  # {target.name}", *_ps1_target(target)]) for target in targets)
    return f"""# Builds every example, one command each.
{_MADE}
$ErrorActionPreference = "Stop"
$emcc = if ($env:EMCC) {{ $env:EMCC }} else {{ "emcc" }}
$emxx = if ($env:EMXX) {{ $env:EMXX }} else {{ "em++" }}
Push-Location (Split-Path $PSScriptRoot)
try {{
  New-Item -ItemType Directory -Force dist | Out-Null

{parts}
}} finally {{
  Pop-Location
}}
"""


def _ps1_target(target: Target) -> list[str]:
    lines = [line for argv in emscripten.slide_commands(target) for line in _ps1_emcc(argv).splitlines()]
    if "closure" not in target.parts:
        return lines
    return [
        f'  $beside = Join-Path (Split-Path (Get-Command $emcc).Source) "{_CLOSURE_BESIDE}"',
        f"  if ($env:{CLOSURE} -or (Test-Path $beside)) {{",
        *(f"  {line}" for line in lines),
        "  } else {",
        f'    Write-Warning "{target.name} {_WAITS}"',
        "  }",
    ]


def _ps1_emcc(argv: tuple[str, ...]) -> str:
    words = " ".join(_ps1_word(word) for word in argv[1:])
    return f"  & ${_EMSCRIPTEN[argv[0]].lower()} {words}\n  if ($LASTEXITCODE) {{ exit $LASTEXITCODE }}"


def _about(target: Target) -> str:
    return f"# Builds {target.output} from {', '.join(target.sources)}.\n{_MADE}"


def _folder(target: Target) -> str:
    return str(PurePosixPath(target.output).parent)


def _build_sh(target: Target, commands: list[tuple[str, ...]]) -> str:
    lines = "\n".join(_sh_line(argv) for argv in commands)
    return f"""#!/bin/sh
{_about(target)}
set -eu
cd "$(dirname "$0")/.."
mkdir -p {shlex.quote(_folder(target))}

{lines}
"""


def _sh_line(argv: tuple[str, ...]) -> str:
    # Unquoted on purpose: CLANG may be two words, such as "zig clang".
    return f"${{{_VARIABLES[argv[0]]}:-{argv[0]}}} {shlex.join(argv[1:])}"


def _build_ps1(target: Target, commands: list[tuple[str, ...]]) -> str:
    lines = "\n".join(_ps1_line(argv) for argv in commands)
    return f"""{_about(target)}
$ErrorActionPreference = "Stop"
$clang = if ($env:CLANG) {{ $env:CLANG }} else {{ "clang" }}
$wasmLd = if ($env:WASM_LD) {{ $env:WASM_LD }} else {{ "wasm-ld" }}
Push-Location (Split-Path $PSScriptRoot)
try {{
  New-Item -ItemType Directory -Force {_ps1_word(_folder(target))} | Out-Null

{lines}
}} finally {{
  Pop-Location
}}
"""


def _ps1_line(argv: tuple[str, ...]) -> str:
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
