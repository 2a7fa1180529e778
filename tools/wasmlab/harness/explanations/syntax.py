"""What Python says before it runs a line: the text is not a program yet."""

from __future__ import annotations

from .rules import Clue, Rule, line_has

KEYWORDS = (
    "False|None|True|and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from"
    "|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield"
)

_asks = line_has(r"\b(if|elif|while|assert|return|not)\b")


def _compares(clue: Clue) -> bool:
    return "cannot assign" not in clue.message or _asks(clue)


SYNTAX = (
    Rule(
        "else-if",
        "SyntaxError",
        r"",
        "Python has no `else if`.",
        "Write `elif` in one word.",
        line_has(r"^\s*(else\s+if|elseif)\b"),
    ),
    Rule(
        "increment",
        "SyntaxError",
        r"",
        "Python has no `++` and no `--`.",
        "Write `+= 1` or `-= 1`, for example `count += 1`.",
        line_has(r"\w\s*(\+\+|--)\s*$"),
    ),
    Rule(
        "keyword-as-name",
        "SyntaxError",
        r"invalid syntax|cannot assign to (True|False|None)",
        "A word that belongs to Python itself stands where a name of yours is expected.",
        "Choose another name, for example with an underscore at its end: `class_`.",
        line_has(rf"(^\s*|\bfor\s+|\bdef\s+)({KEYWORDS})\s*(=(?!=)|\+=|-=|\bin\b|\()"),
    ),
    Rule(
        "print-without-parentheses",
        "SyntaxError",
        r"Missing parentheses in call to '(?P<name>print|exec)'",
        "`{name}` is a function: what it takes stands in parentheses.",
        "Write `{name}(...)` around what follows.",
    ),
    Rule(
        "missing-colon",
        "SyntaxError",
        r"expected ':'",
        "A colon is missing. A line with `if`, `else`, `for`, `while`, `def` or `class` needs one.",
        "Put a `:` at the end of the line.",
    ),
    Rule(
        "bracket-open",
        "SyntaxError",
        r"'(?P<bracket>.)' was never closed",
        "A `{bracket}` is opened here and never closed.",
        "Add the closing bracket where the part that it holds ends.",
    ),
    Rule(
        "bracket-unmatched",
        "SyntaxError",
        r"unmatched '(?P<bracket>.)'|closing parenthesis '(?P<other>.)' does not match",
        "The closing `{bracket}{other}` has no opening bracket that fits it.",
        "Remove it, or put the right opening bracket before it.",
    ),
    Rule(
        "string-open",
        "SyntaxError",
        r"unterminated",
        "A text begins with a quote and never ends.",
        "Put the same quote at its end. A text over several lines needs three quotes on both sides.",
    ),
    Rule(
        "wrong-quotes",
        "SyntaxError",
        r"invalid character '(?P<letter>.)'|invalid non-printable character (?P<code>\S+)",
        "The character `{letter}{code}` cannot stand here. It looks like a usual one, but it is another.",
        "It often comes with a copied text. Type it anew: straight quotes, a plain minus, a plain space.",
    ),
    Rule(
        "assign-instead-of-compare",
        "SyntaxError",
        r"Maybe you meant '==' (or ':=' )?instead of '='",
        "A single `=` gives a name a value. It cannot ask whether two things are equal.",
        "Write `==` to compare.",
        _compares,
    ),
    Rule(
        "cannot-assign",
        "SyntaxError",
        r"cannot (assign to|delete) (?P<thing>.+?)( here.*)?$",
        "Left of `=` stands something that can hold no value ({thing}).",
        "Put a name on the left and the value on the right: `name = value`.",
    ),
    Rule(
        "missing-comma",
        "SyntaxError",
        r"Perhaps you forgot a comma",
        "Two values stand side by side with nothing between them.",
        "Put a comma (or the operator that is meant) between them.",
    ),
    Rule(
        "indent-missing",
        "IndentationError",
        r"expected an indented block after (?P<what>.+?) on line (?P<number>\d+)",
        "Line {number} ends with a colon, so the lines that belong to it must be indented. This one is not.",
        "Put four spaces before it, or write `pass` where nothing is to be done.",
    ),
    Rule(
        "indent-unexpected",
        "IndentationError",
        r"unexpected indent",
        "This line is indented, but the line before it opens no block.",
        "Remove the spaces at its beginning, or add the `:` that is missing above.",
    ),
    Rule(
        "indent-tabs",
        "TabError",
        r"",
        "Some lines are indented with tabs and others with spaces.",
        "Use four spaces everywhere.",
    ),
    Rule(
        "indent-uneven",
        "IndentationError",
        r"unindent does not match",
        "This line is indented neither like the block before it nor like the lines outside.",
        "Give it exactly as many spaces as the line that it belongs with.",
    ),
    Rule(
        "await-outside",
        "SyntaxError",
        r"'await' outside async function|asynchronous comprehension outside",
        "Inside of a function `await` is possible only where the function begins with `async def`.",
        "Write `async def` in place of `def`, and `await` before the call of that function.",
    ),
    Rule(
        "outside-function",
        "SyntaxError",
        r"'(?P<word>return|yield)' outside function",
        "`{word}` only has a meaning inside a function, and this line is in none.",
        "Indent the line so that it belongs to a `def`, or use `print(...)` to show a value.",
    ),
    Rule(
        "outside-loop",
        "SyntaxError",
        r"'(?P<word>break|continue)' .*loop",
        "`{word}` only has a meaning inside a loop, and this line is in none.",
        "Indent the line so that it belongs to a `for` or `while`.",
    ),
    Rule(
        "syntax-unclear",
        "SyntaxError",
        r"",
        "Python cannot read the line at the mark.",
        "Look at the mark and just before it: often a quote, a bracket, a comma or an operator is missing.",
    ),
)
