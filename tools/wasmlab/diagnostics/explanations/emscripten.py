"""What Emscripten's compiler, linker and glue-writer find wrong, and what of their words is left out."""

from __future__ import annotations

import re

from wasmlab.diagnostics.explanation import Explanation, Symbol
from wasmlab.textlines import lines_of

SYSTEM = "emscripten"

# Lines that repeat a command of two thousand characters, or advise what hides the mistake.
_NOISE = re.compile(
    r"em(?:cc|\+\+): error: '.*' failed \((?:returned|received) .*"
    r"|em(?:cc|\+\+): warning: running limited binaryen optimizations .*"
    r"|Error: Aborting compilation due to previous errors"
    r"|warning: (?:Link with|To disable errors for undefined symbols|_\w+ may need to be added).*"
    r"|(?:cache|system_libs|shared|root|ports):(?:INFO|DEBUG): .*"
)
_RAISED = re.compile(r"(?:Exception|FileNotFoundError): (?:\[Errno \d+\] )?(?P<text>.*)")


def tidied(output: str) -> str:
    """Return what Emscripten said without its noise; an exception of its own reads as an error."""
    kept = [line for line in lines_of(output) if not _NOISE.fullmatch(line)]
    return "\n".join(_RAISED.sub(r"error: \g<text>", line) for line in kept)


def _is_declared(symbol: Symbol) -> bool:
    return symbol.function is not None and not symbol.function.is_defined


def _is_in_cpp(symbol: Symbol) -> bool:
    function = symbol.function
    return function is not None and function.is_defined and function.file.endswith((".cpp", ".cc", ".cxx"))


def _library(name: str, symbols: str, says: str, flag: str) -> Explanation:
    return Explanation(
        f"em-library-{name}",
        rf"undefined symbol: (?P<symbol>{symbols})\b",
        f"{{symbol!r}} belongs to {says}, and that is not linked.",
        f"add {flag} to link_flags in lesson.toml",
        system=SYSTEM,
    )


EMSCRIPTEN = (
    _library("sdl", r"SDL_\w+", "SDL, a library for windows, input and sound", '"-sUSE_SDL=2"'),
    _library(
        "zlib",
        r"(?:deflate|inflate)\w*|compress2?|uncompress|crc32|gz(?:open|read|write|close)",
        "zlib",
        '"-sUSE_ZLIB=1"',
    ),
    _library("embind", r"_embind_\w+|__getTypeName", "embind", '"-lembind"'),
    Explanation(
        "em-undefined-near",
        r"undefined symbol: (?P<symbol>\w+)",
        "{symbol!r} is called, and no source defines a function of that name.",
        "{near}",
        system=SYSTEM,
        when=lambda symbol: bool(symbol.near),
    ),
    Explanation(
        "em-undefined-declared",
        r"undefined symbol: (?P<symbol>\w+)",
        "{symbol!r} is declared but no source defines it, and no library of Emscripten's has it.",
        "add the file that defines it to sources, or give it in JavaScript with EM_JS(int, {symbol}, ...)",
        system=SYSTEM,
        when=_is_declared,
    ),
    Explanation(
        "em-undefined",
        r"undefined symbol: (?P<symbol>\w+)",
        "{symbol!r} is called, and neither the sources nor the libraries that are linked define it.",
        "add the file that defines it to sources, or its library to link_flags",
        system=SYSTEM,
    ),
    Explanation(
        "em-export-mangled",
        r'undefined exported symbol: "_(?P<symbol>\w+)"',
        "C++ writes a function's types into its symbol, so there is no symbol _{symbol}.",
        'write extern "C" before the function',
        system=SYSTEM,
        when=_is_in_cpp,
    ),
    Explanation(
        "em-export-near",
        r'undefined exported symbol: "_(?P<symbol>\w+)"',
        "lesson.toml exports {symbol!r}, and no source defines a function of that name.",
        "{near}",
        system=SYSTEM,
        when=lambda symbol: bool(symbol.near),
    ),
    Explanation(
        "em-export-unknown",
        r'undefined exported symbol: "_(?P<symbol>\w+)"',
        "lesson.toml exports {symbol!r}, and no source defines a function of that name.",
        "define it, or mend exports in lesson.toml; the name is written there without the underscore",
        system=SYSTEM,
    ),
    Explanation(
        "em-setting-unknown",
        r"(?:non-existent setting|[Uu]nknown setting|invalid setting)[^']*'(?P<setting>\w+)'",
        "This Emscripten has no setting {setting!r}: a typing mistake, or a setting of another version.",
        "check link_flags in lesson.toml; wasmlab doctor shows the version",
        system=SYSTEM,
    ),
    Explanation(
        "em-method-unknown",
        r"invalid item.* in EXPORTED_RUNTIME_METHODS: (?P<method>\w+)",
        "The glue has no method {method!r}, so it is not put on Module.",
        "check EXPORTED_RUNTIME_METHODS in link_flags; functions of C belong to exports",
        system=SYSTEM,
    ),
    Explanation(
        "em-cache-frozen",
        r"FROZEN_CACHE is set",
        "The libraries of this Emscripten came built with it and none is ever added (its cache is frozen); "
        "this target needs another one.",
        "wasmlab setup emscripten --version 6.0.8 gets one that builds its own, or leave that flag out",
        system=SYSTEM,
    ),
    Explanation(
        "em-file-missing",
        r"^(?P<file>\S+) does not exist",
        "{file!r} is to be packed into the .data file, and it is not there.",
        "create it, or mend --preload-file in link_flags; the path is relative to the lesson",
        system=SYSTEM,
    ),
    Explanation(
        "em-closure-missing",
        r"No such file or directory: 'closure-compiler'|google-closure-compiler was not found",
        "--closure 1 needs Google's Closure compiler, and this Emscripten came without it.",
        "wasmlab setup closure gets it; or leave --closure out",
        system=SYSTEM,
    ),
)
