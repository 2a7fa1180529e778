"""Names that are unknown, misspelled or not yet declared."""

from __future__ import annotations

from wasmlab.diagnostics.explanation import Explanation

NAMING = (
    Explanation(
        "stdbool-missing",
        r"(?:unknown type name|use of undeclared identifier) '(?P<word>bool|true|false)'",
        "{word!r} comes from a header in C.",
        "add #include <stdbool.h> at the top",
    ),
    Explanation(
        "stdint-missing",
        r"unknown type name '(?P<word>u?int(?:8|16|32|64)_t|u?intptr_t)'",
        "{word!r} comes from a header.",
        "add #include <stdint.h> at the top",
    ),
    Explanation(
        "stddef-missing",
        r"(?:unknown type name|use of undeclared identifier) '(?P<word>size_t|NULL|ptrdiff_t)'",
        "{word!r} comes from a header.",
        "add #include <stddef.h> at the top",
    ),
    Explanation(
        "string-type",
        r"(?:use of undeclared identifier|unknown type name) 'string'",
        "C has no type 'string': a text is an array of char, and a variable points at it.",
        'write const char *s = "a"; in place of string s = "a";',
        line=r"\bstring\s+\*?\w",
    ),
    Explanation(
        "type-from-elsewhere",
        r"(?:use of undeclared identifier|unknown type name) '(?:let|var)'|type specifier missing",
        "C has no let, var or auto that finds the type by itself: a declaration begins with its type.",
        "write the type in its place, for example: int y = x;",
        line=r"\b(?:let|var|auto)\s+\w",
    ),
    Explanation(
        "undeclared-name-near",
        r"use of undeclared identifier '(?P<word>\w+)'; did you mean '(?P<other>\w+)'",
        "Nothing here is called {word!r}.",
        "did you mean {other!r}?",
    ),
    Explanation(
        "undeclared-name",
        r"use of undeclared identifier '(?P<word>\w+)'",
        "Nothing here is called {word!r}: a variable must be declared before it is used.",
        "declare it first, for example: int {word} = 0;",
    ),
    Explanation(
        "unknown-type",
        r"unknown type name '(?P<word>\w+)'",
        "{word!r} is not a type that this file knows.",
        "check the spelling, or include the header that defines it",
    ),
    Explanation(
        "function-below",
        r"(?:call to undeclared|implicit declaration of) function '(?P<symbol>\w+)'",
        "The function {symbol!r} is called before the compiler has seen it: it stands further down.",
        "move its definition above this line, or write its prototype there, ended by ;",
        when=lambda symbol: symbol.function is not None,
    ),
    Explanation(
        "undeclared-function-near",
        r"(?:call to undeclared|implicit declaration of) function '(?P<symbol>\w+)'",
        "No function is called {symbol!r}.",
        "{near}",
        when=lambda symbol: bool(symbol.near),
    ),
    Explanation(
        "undeclared-function",
        r"(?:call to undeclared|implicit declaration of) function '(?P<symbol>\w+)'",
        "No function is called {symbol!r}: it must be declared before it is called.",
        "define it above, or declare it as a host function with import_module and import_name",
    ),
    Explanation(
        "no-such-member",
        r"no member named '(?P<word>\w+)' in '(?P<type>[^']+)'",
        "{type} has no member called {word!r}.",
        "look at the struct's definition for the right name",
    ),
    Explanation(
        "dot-for-arrow",
        r"member reference type '[^']+' is a pointer",
        "This is a pointer to a struct; its members are reached with ->.",
        "write -> instead of .",
    ),
    Explanation(
        "arrow-for-dot",
        r"member reference type '[^']+' is not a pointer",
        "This is a struct and no pointer; its members are reached with a dot.",
        "write . instead of ->",
    ),
    Explanation(
        "misspelled-attribute",
        r"unknown attribute '(?P<word>\w+)' ignored",
        "The compiler does not know the attribute {word!r} and leaves it out.",
        'for a host function: __attribute__((import_module("env"), import_name("js_log")))',
    ),
)
