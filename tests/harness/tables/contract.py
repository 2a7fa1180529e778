"""The contract of every Python backend: a script, and the events that it must give."""

# ruff: noqa: E501 - a case is a line
from __future__ import annotations

from .case import Case
from .followed import FOLLOWED
from .shown import SHOWN

CONTRACT = [
    Case("printed text is a stream", "print('a', 1)", [("stdout", "a 1\n")]),
    Case(
        "both streams keep their order",
        "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')",
        [("stdout", "a\n"), ("stderr", "b\n"), ("stdout", "c\n")],
    ),
    Case("text without a line end is there at the end", "print('a', end='')", [("stdout", "a")]),
    Case(
        "bytes may be printed too", "import sys\nn = sys.stdout.buffer.write('ü'.encode())", [("stdout", "ü")]
    ),
    Case("the last expression shows its value", "1\n2", [("result", "2")]),
    Case("only the very last statement counts", "1\nx = 2", []),
    Case(
        "each expression shows its value",
        "1\nx = 2\nx",
        [("result", "1"), ("result", "2")],
        {"results": "each"},
    ),
    Case("no expression shows its value", "1\n2", [], {"results": "none"}),
    Case("None shows nothing", "None", []),
    Case("a semicolon hides the value", "1;", []),
    Case("the last value is called _", ("6 * 7", "_ + 1"), [("result", "43")]),
    Case("names stay from run to run", ("x = 40\ndef f(): return x", "x = 41\nf() + 1"), [("result", "42")]),
    Case("an empty script does nothing", "\n# nothing\n", []),
    Case(
        "statements are told as they finish",
        "x = 1\n\n@staticmethod\ndef f():\n    pass\nx; x\n",
        [
            ("done", 0, 1, 1, False),
            ("done", 1, 3, 5, False),
            ("done", 2, 6, 6, True),
            ("done", 3, 6, 6, True),
        ],
        kinds=("statement",),
    ),
    Case(
        "a range of lines runs alone", "print('no')\n1 + 1\nprint('no')", [("result", "2")], {"lines": [2, 2]}
    ),
    Case(
        "a range of lines keeps its line numbers",
        "ok = 1\nno = 1 / 0\n",
        [("error", "ZeroDivisionError", "division by zero", 2)],
        {"lines": [2, 2]},
    ),
    Case(
        "a range runs beside a broken line", "def (:\n  x = 3\n  x + 1", [("result", "4")], {"lines": [2, 3]}
    ),
    Case("a run is busy, then idle", "1", [("busy",), ("idle",)], kinds=("status",)),
    Case(
        "a statement may await", "import asyncio\nawait asyncio.sleep(0)\nprint('on')", [("stdout", "on\n")]
    ),
    Case("an expression may await", "async def f(): return 5\nawait f()", [("result", "5")]),
    Case(
        "a script may start its own event loop",
        "import asyncio\nasync def main():\n    await asyncio.sleep(0)\n    return 5\n"
        "if __name__ == '__main__':\n    x = asyncio.run(main())\nx",
        [("result", "5")],
    ),
    Case(
        "tasks run beside each other",
        "import asyncio\nasync def f(n):\n    await asyncio.sleep(0)\n    print(n)\nawait asyncio.gather(f(1), f(2));",
        [("stdout", "1\n2\n")],
    ),
    Case(
        "what was imported from the future holds on",
        ("from __future__ import annotations", "def f(x: Unknown): pass\nf.__annotations__"),
        [("result", "{'x': 'Unknown'}")],
    ),
    Case(
        "an error has its line",
        "x = 1\nx / 0\nprint('no')",
        [("error", "ZeroDivisionError", "division by zero", 2)],
    ),
    Case(
        "what was printed before an error stays",
        "print('a')\n[][1]",
        [("stdout", "a\n"), ("error", "IndexError", "list index out of range", 2)],
    ),
    Case(
        "nothing runs where the syntax is wrong",
        "print('no')\nx = (",
        [("error", "SyntaxError", "'(' was never closed", 2)],
    ),
    Case(
        "nothing runs where the compiler refuses",
        "print('no')\nreturn 1",
        [("error", "SyntaxError", "'return' outside function", 2)],
    ),
    Case(
        "an error in a function of an earlier run marks the call",
        ("def f():\n    pass\n    return 1 / 0", "x = 1\nf()"),
        [("error", "ZeroDivisionError", "division by zero", 2)],
    ),
    Case("a good exit is no error", "print('a')\nraise SystemExit\nprint('no')", [("stdout", "a\n")]),
    Case("exit with zero is no error", "exit(0)", []),
    Case("exit with a number is an error", "import sys\nsys.exit(3)", [("error", "SystemExit", "3", 2)]),
    Case(
        "exit with a text prints it",
        "import sys\nsys.exit('bye')",
        [("stderr", "bye\n"), ("error", "SystemExit", "bye", 2)],
    ),
    Case("an interrupt is a result", "raise KeyboardInterrupt", [("error", "KeyboardInterrupt", "", 1)]),
    Case("no memory is a result", "import sys\nx = [0] * sys.maxsize", [("error", "MemoryError", "", 2)]),
    Case(
        "a group of errors is a result",
        "raise ExceptionGroup('g', [ValueError(1)])",
        [("error", "ExceptionGroup", "g (1 sub-exception)", 1)],
    ),
    Case(
        "an answer is prepared",
        "input('n? ') + '!'",
        [("stdout", "n? Ada\n"), ("result", "'Ada!'")],
        {"stdin": ["Ada"]},
    ),
    Case(
        "an answer is not echoed when asked so",
        "x = input('n? ')",
        [("stdout", "n? ")],
        {"stdin": ["Ada"], "echo": False},
    ),
    Case(
        "no answer is a clear error",
        "input()",
        [
            (
                "error",
                "EOFError",
                "input() was called, but nobody is there to answer: no answers were prepared for this run",
                1,
            )
        ],
    ),
    Case(
        "one answer too few is a clear error",
        "a = input(), input()",
        [
            ("stdout", "1\n"),
            (
                "error",
                "EOFError",
                "input() was called once more than there were answers prepared for this run (1)",
                1,
            ),
        ],
        {"stdin": ["1"]},
    ),
    Case(
        "standard input can be read by lines",
        "import sys\nprint([line for line in sys.stdin])",
        [("stdout", "['1\\n', '2\\n']\n")],
        {"stdin": ["1", "2"], "echo": False},
    ),
    *SHOWN,
    *FOLLOWED,
]
