"""The C library and headers, where a target has them and where it has none."""

from __future__ import annotations

from wasmlab.diagnostics.explanation import Explanation

LIBC = (
    r"(?:printf|puts|putchar|scanf|getchar|fopen|fclose|fprintf|fgets|fread|fwrite|sprintf|snprintf|malloc|calloc"
    r"|realloc|free|strlen|strcpy|strcmp|strcat|strdup|atoi|strtol|exit|abort|rand|srand|time|qsort|sqrt|pow|sin|cos)"
)
_CPP_HEADER = (
    r"(?:iostream|string|vector|map|set|memory|algorithm|array|utility|functional|sstream|cstdio|cstdlib)"
)
_LIBC_HEADER = (
    r"(?:stdio|stdlib|string|math|time|ctype|errno|assert|signal|setjmp|locale|unistd|fcntl|pthread|wchar)\.h"
)

LIBRARIES = (
    Explanation(
        "libc-call-freestanding",
        rf"(?:call to undeclared library function|implicitly declaring library function"
        rf"|call to undeclared function|implicit declaration of function) '(?P<word>{LIBC})'",
        "{word!r} belongs to the C library, and a freestanding target has none.",
        'ask the host through an import, or write system = "wasi" in lesson.toml',
        system="freestanding",
    ),
    Explanation(
        "libc-header-missing",
        rf"(?:call to undeclared library function|implicitly declaring library function"
        rf"|call to undeclared function|implicit declaration of function) '(?P<word>{LIBC})'",
        "{word!r} belongs to the C library, and its header is not included.",
        "include its header: <stdio.h> for printf, <stdlib.h> for malloc, <string.h> for strlen",
        system="wasi",
    ),
    Explanation(
        "cpp-header",
        rf"'(?P<header>{_CPP_HEADER})' file not found",
        "<{header}> belongs to C++; this file is C.",
        'write it in C: <stdio.h> has printf, <string.h> has strlen (with system = "wasi")',
    ),
    Explanation(
        "libc-header-freestanding",
        rf"'(?P<header>{_LIBC_HEADER})' file not found",
        "<{header}> belongs to the C library, and a freestanding target has none.",
        'ask the host through an import, or write system = "wasi" in lesson.toml',
        system="freestanding",
    ),
    Explanation(
        "header-in-quotes",
        r"'(?P<header>[^']+)' file not found with <angled> include",
        "{header!r} is a file of the lesson; angle brackets are for the system's headers.",
        'write #include "{header}"',
    ),
    Explanation(
        "header-not-found",
        r"'(?P<header>[^']+)' file not found",
        "There is no file {header!r} beside this one or on the include path.",
        "check its name and folder; the path is relative to this file",
    ),
    Explanation(
        "not-in-wasi",
        r"wasm lacks (?P<what>[\w ]+?) support|WASI lacks (?P<wasi>[^;\"]+)",
        "WebAssembly has no such thing as {what}{wasi}, so this header cannot be used.",
        "do without it; the message says what emulates a part of it",
    ),
)
