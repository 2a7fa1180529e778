"""Mistakes of typing: semicolons, braces, quotes, and C++ in a C file."""

from __future__ import annotations

from wasmlab.diagnostics.explanation import Explanation

SPELLING = (
    Explanation(
        "curly-quotes",
        r"unexpected character <U\+(?:201C|201D|2018|2019|201E)>|non-ASCII characters are not allowed",
        "A character that C does not know stands here: typographic quotes, perhaps copied from a slide.",
        "type the quotes yourself: \" or '",
    ),
    Explanation(
        "missing-quote",
        r"missing terminating '(?P<quote>\"|')' character",
        "A text begins here and does not end on this line.",
        "write the closing {quote}",
    ),
    Explanation(
        "two-letters-in-quotes",
        r"multi-character character constant|character constant too long",
        "Single quotes hold one character; a text stands in double quotes.",
        'write "..." for a text',
    ),
    Explanation(
        "cpp-extern-c",
        r"expected identifier or '\('",
        'extern "C" belongs to C++; this file is C.',
        'remove extern "C" and its braces: C needs neither',
        line=r'extern\s+"C"',
    ),
    Explanation(
        "cpp-scope",
        r"expected expression|expected ';'|use of undeclared identifier|unexpected ':'",
        "Names with :: in them belong to C++; this file is C.",
        'write it in C: a host function, or printf with system = "wasi"',
        line=r"\w::\w",
    ),
    Explanation(
        "cpp-keyword-new",
        r"use of undeclared identifier 'new'|expected expression",
        "'new' and 'delete' belong to C++; this file is C.",
        'use a variable or an array; with system = "wasi", malloc and free',
        line=r"=\s*new\s+\w",
    ),
    Explanation(
        "cpp-keyword",
        r"(?:unknown type name|use of undeclared identifier) "
        r"'(?P<word>class|namespace|template|using|public|private|new|delete|this|nullptr)'",
        "{word!r} belongs to C++; this file is C.",
        "write it in C",
    ),
    Explanation(
        "cpp-reference",
        r"expected '\)'|expected identifier|expected parameter|expected ';'",
        "A reference like 'int &x' belongs to C++; this file is C.",
        "take a pointer: int *x",
        line=r"\b(?:int|float|double|char|long|short|unsigned|bool)\s*&\s*\w+",
    ),
    Explanation(
        "struct-word-missing",
        r"must use '(?P<tag>struct|enum|union)' tag to refer to type '(?P<type>\w+)'",
        "In C the type is called '{tag} {type}', with the word in front.",
        "write {tag} {type}",
    ),
    Explanation(
        "misspelled-directive",
        r"invalid preprocessing directive(?:.*did you mean '(?P<near_directive>[^']+)')?",
        "A line that begins with # holds no known command.",
        "write #include, #define, #if ... as they are spelled",
    ),
    Explanation(
        "include-without-quotes",
        r"expected \"FILENAME\" or <FILENAME>",
        "The name of the included file stands in quotes or angle brackets.",
        'write #include "file.h" or #include <file.h>',
    ),
    Explanation(
        "else-without-if",
        r"expected expression",
        "This else has no if: perhaps the if ends earlier, at a ; or a }}.",
        "look at the line before: no ; after if (...), and {{ }} around several statements",
        line=r"^\s*\}?\s*else\b",
    ),
    Explanation(
        "for-semicolon",
        r"expected ';' in 'for' statement",
        "The three parts of for are separated by two semicolons: start; condition; step.",
        "write for (i = 0; i < n; i++), with ; between the parts and no comma",
    ),
    Explanation(
        "for-commas",
        r"redefinition of|left operand of comma operator|(?:comparison|expression) result unused",
        "A comma does not end a part of for: its three parts are separated by two semicolons.",
        "write for (int i = 0; i < n; i++), with ; between the parts",
        line=r"\bfor\s*\((?![^;]*;[^;]*;)[^;]*(?:;[^;]*)?,",
    ),
    Explanation(
        "number-suffix",
        r"invalid suffix '(?P<word>[^']+)' on (?:integer|floating) constant",
        "{word!r} stands right behind a number: C multiplies only with *, and no name begins with a digit.",
        "write * between the two to multiply, for example 2 * x; or begin the name with a letter",
    ),
    Explanation(
        "missing-semicolon",
        r"expected ';'",
        "A statement ends with a semicolon, and here it is missing.",
        "write ; where the ^ points",
    ),
    Explanation(
        "missing-closing-brace",
        r"expected '\}'",
        "A block was opened with {{ and the file ends before it is closed.",
        "write the missing }}: each {{ needs one",
    ),
    Explanation(
        "too-many-closing-braces",
        r"extraneous closing brace",
        "There is one }} too many, so something before it has ended too early.",
        "remove it, or add the {{ that is missing above",
    ),
    Explanation(
        "function-in-function",
        r"function definition is not allowed here",
        "This function begins inside another one: the }} of the function above is missing.",
        "close the function above with }} first",
    ),
    Explanation(
        "missing-closing-parenthesis",
        r"expected '\)'",
        "A parenthesis was opened and is not closed here.",
        "write ) where the ^ points: each ( needs one",
    ),
    Explanation(
        "missing-closing-bracket",
        r"expected '\]'",
        "A bracket was opened and is not closed here.",
        "write ] where the ^ points",
    ),
    Explanation(
        "value-expected",
        r"expected expression",
        "A value should stand here: a number, a variable or a call.",
        "complete the line, or remove what is too much before the ^",
    ),
    Explanation(
        "statement-outside",
        r"expected identifier or '\('|expected parameter declarator|type specifier missing.*\n?",
        "Outside of a function only declarations may stand.",
        "put the statement into a function, and look for a }} too many above",
        line=r"^\s*(?:return|if|for|while|do|switch)\b|^\s*\w+\s*\([^)]*\)\s*;",
    ),
)
