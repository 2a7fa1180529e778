"""What the linker finds missing, twice there, or different."""

from __future__ import annotations

from wasmlab.diagnostics.explanation import Explanation, Symbol
from wasmlab.diagnostics.explanations.libraries import LIBC


def _is_only_declared(symbol: Symbol) -> bool:
    function = symbol.function
    return function is not None and not function.is_defined and not function.has_import_module


def _is_static(symbol: Symbol) -> bool:
    return symbol.function is not None and symbol.function.is_static


LINKING = (
    Explanation(
        "main-missing",
        r"undefined symbol: (?P<symbol>main|__main_argc_argv|__main_void|__original_main)$",
        "A program begins in main, and no source defines it.",
        'write int main(void) {{ ... }}, or system = "freestanding" for a library of functions',
        when=lambda symbol: symbol.function is None,
    ),
    Explanation(
        "linker-too-old",
        r"undefined symbol: __heap_(?:base|end)$",
        "This wasi-libc is newer than the linker of the compiler that was chosen.",
        "set WASMLAB_WASI_SYSROOT to the wasi-libc of that compiler (Debian: /usr), or use ziglang",
        system="wasi",
    ),
    Explanation(
        "libc-symbol-freestanding",
        rf"undefined symbol: (?P<symbol>{LIBC}|mem(?:cpy|set|move|cmp))$",
        "{symbol!r} belongs to the C library, and a freestanding target has none. The compiler itself "
        "calls memcpy and memset to copy large values.",
        'write the function yourself, or use system = "wasi" in lesson.toml',
        system="freestanding",
    ),
    Explanation(
        "import-module-missing",
        r"undefined symbol: (?P<symbol>\w+)",
        "{symbol!r} is declared but no source defines it, so the host must give it, and nothing says so.",
        '__attribute__((import_module("env"), import_name("{symbol}"))) before the declaration',
        when=_is_only_declared,
    ),
    Explanation(
        "export-is-static",
        r"symbol exported via --export not found: (?P<symbol>\w+)",
        "{symbol!r} is static: nothing outside of its file can see it, so it cannot be exported.",
        "remove static",
        when=_is_static,
    ),
    Explanation(
        "export-not-found",
        r"symbol exported via --export not found: (?P<symbol>\w+)",
        "lesson.toml exports {symbol!r}, and no source defines a function of that name.",
        "{near}",
        when=lambda symbol: bool(symbol.near),
    ),
    Explanation(
        "export-unknown",
        r"symbol exported via --export not found: (?P<symbol>\w+)",
        "lesson.toml exports {symbol!r}, and no source defines a function of that name.",
        "define it, or mend exports in lesson.toml",
    ),
    Explanation(
        "duplicate-symbol",
        r"duplicate symbol: (?P<symbol>\w+)",
        "{symbol!r} is defined in two files.",
        "keep one definition and write only a prototype in the other file, or make both static",
    ),
    Explanation(
        "signature-mismatch",
        r"function signature mismatch: (?P<symbol>\w+)",
        "One file declares {symbol!r} with other types than the file that defines it: the call would trap.",
        "make the prototype the same as the definition, best in one header that both include",
    ),
    Explanation(
        "memory-too-small",
        r"(?:initial|maximum) memory too small, (?P<bytes>\d+) bytes needed",
        "The program's data and stack need {bytes} bytes, more than link_flags give it.",
        "raise --initial-memory or --max-memory (multiples of 65536), or make the arrays smaller",
    ),
    Explanation(
        "unknown-flag",
        r"(?:unknown argument:?|unsupported option|unknown option:?) '(?P<flag>[^']+)'",
        "The tool has no option {flag!r}.",
        "check compile_flags and link_flags in lesson.toml",
    ),
    Explanation(
        "library-not-found",
        r"unable to find library -l(?P<library>\S+)",
        "There is no WebAssembly library called {library!r}.",
        "remove -l{library} from link_flags, or compile its sources along",
    ),
)
