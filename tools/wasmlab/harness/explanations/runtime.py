"""Names, modules, functions and everything that ends a running program."""

from __future__ import annotations

import sys

from .rules import Clue, Rule, spot_has

_SHADOWED = (
    "str",
    "list",
    "dict",
    "set",
    "tuple",
    "int",
    "float",
    "sum",
    "max",
    "min",
    "len",
    "input",
    "print",
    "range",
)


def _is_module(clue: Clue) -> bool:
    name = clue.message.split("'")[1]
    return name in sys.stdlib_module_names or name in ("np", "pd", "plt", "numpy", "pandas")


RUNTIME = (
    Rule(
        "module-not-imported",
        "NameError",
        r"name '(?P<name>\w+)' is not defined",
        "`{name}` is a module, and this program has not imported it.",
        "Write the import at the top, for example `import {name}`.",
        _is_module,
    ),
    Rule(
        "unbound-local",
        "UnboundLocalError",
        r"local variable '(?P<name>\w+)'",
        "The function gives `{name}` a value somewhere, so `{name}` is its own. It is read before that.",
        "Give `{name}` a value first, make it a parameter, or write `global {name}` to use the one outside.",
    ),
    Rule(
        "name-misspelled",
        "NameError",
        r"name '(?P<name>\w+)' is not defined",
        "Nothing is called `{name}`. There is `{near}`, which is spelled almost the same.",
        "Write `{near}` (capital letters count).",
        lambda clue: bool(clue.near),
    ),
    Rule(
        "name-unknown",
        "NameError",
        r"name '(?P<name>\w+)' is not defined",
        "Nothing is called `{name}` when this line runs.",
        "Give it a value in a line above, or put quotes around it if it is meant as text.",
    ),
    Rule(
        "module-missing",
        "ModuleNotFoundError",
        r"No module named '(?P<name>[^']+)'",
        "There is no module `{name}` here.",
        "Check its spelling; a package that does not come with Python must be installed first.",
    ),
    Rule(
        "import-name",
        "ImportError",
        r"cannot import name '(?P<name>\w+)' from '(?P<module>[^']+)'",
        "The module `{module}` is there, but it has nothing called `{name}`.",
        "Check the spelling, or look at what the module has with `dir({module})`.",
    ),
    Rule(
        "argument-missing",
        "TypeError",
        r"(?P<name>[\w.]+)\(\) missing \d+ required [\w-]+ arguments?: (?P<names>.+)",
        "`{name}` was called without a value for {names}.",
        "Put the missing value between the parentheses of the call.",
    ),
    Rule(
        "self-missing",
        "TypeError",
        r"(?P<name>\w+\.\w+)\(\) takes 0 positional arguments but 1 was given",
        "A method always gets its object as the first argument, and `{name}` has no parameter for it.",
        "Write `self` as the first parameter of the `def`.",
    ),
    Rule(
        "argument-too-many",
        "TypeError",
        r"(?P<name>[\w.]+)\(\) takes (?P<takes>.+) but (?P<given>\d+) (was|were) given",
        "`{name}` takes {takes}, but the call gives {given}.",
        "Compare the call with the `def` line. In a class the object itself (`self`) counts as one.",
    ),
    Rule(
        "argument-unknown",
        "TypeError",
        r"(?P<name>[\w.]+)\(\) got an unexpected keyword argument '(?P<keyword>\w+)'",
        "`{name}` has no parameter called `{keyword}`.",
        "Check the spelling of `{keyword}` against the `def` line.",
    ),
    Rule(
        "not-callable-shadowed",
        "TypeError",
        r"'(?P<kind>\w+)' object is not callable",
        "A name that Python uses for a function holds a value ({kind}) now, so it cannot be called any more.",
        "Give your variable another name and reset; the function is back then.",
        spot_has(rf"^({'|'.join(_SHADOWED)})\s*\("),
    ),
    Rule(
        "not-callable",
        "TypeError",
        r"'(?P<kind>\w+)' object is not callable",
        "Parentheses call a function, but what stands before them is no function ({kind}).",
        "Use `[...]` to take an item out of it, a `*` to multiply, or remove the parentheses.",
    ),
    Rule(
        "coroutine-run",
        "RuntimeError",
        r"asyncio\.run\(\) cannot be called from a running event loop",
        "The program runs inside an event loop already, and there can be only one.",
        "Write `await main()` in place of `asyncio.run(main())`; it may stand outside of a function here.",
    ),
    Rule(
        "dict-changed",
        "RuntimeError",
        r"(dictionary|Set) changed size during iteration",
        "The loop goes over something that gets longer or shorter while it runs.",
        "Go over a copy: `for item in list(...)`.",
    ),
    Rule(
        "recursion",
        "RecursionError",
        r"",
        "A function calls itself again and again and never stops.",
        "Give it a case in which it returns without calling itself, and check that every call comes nearer.",
    ),
    Rule(
        "memory",
        "MemoryError",
        r"",
        "The program asked for more memory than there is.",
        "Look for a list or a text that grows without end, or make it smaller.",
    ),
    Rule(
        "no-input",
        "EOFError",
        r"^(input\(\)|EOF)",
        "The program asks for input, and there is no answer for it.",
        "Give it one answer for each `input()`, or put the value into the program.",
    ),
    Rule(
        "file-missing",
        "FileNotFoundError",
        r"'(?P<name>[^']*)'$",
        "There is no file `{name}` where the program looks for it.",
        "Check the spelling and the folder, and that the file has been added.",
    ),
    Rule(
        "assertion",
        "AssertionError",
        r"",
        "An `assert` was not true: `{line}`.",
        "Print the values in it just before this line, and compare them with what was expected.",
    ),
    Rule(
        "interrupted",
        "KeyboardInterrupt",
        r"",
        "The program was stopped from outside. All that it has done so far is kept.",
        "If it did not seem to end: look for a loop whose condition never becomes false.",
    ),
    Rule(
        "exited",
        "SystemExit",
        r"",
        "The program ended itself with `exit` and said that something went wrong.",
        "Look at the condition that leads to the call.",
    ),
)
