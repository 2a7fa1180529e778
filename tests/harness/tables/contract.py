"""The contract of every Python backend: a script, and the events that it must give."""

# ruff: noqa: E501 - a case is a line
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OUTPUTS = ("stream", "display_data", "update_display_data", "clear_output", "execute_result", "error")


@dataclass(frozen=True)
class Case:
    """One or several runs of one session, and what the last of them must tell, in brief."""

    name: str
    code: str | tuple[str, ...]
    expected: list[tuple[Any, ...]]
    options: dict[str, Any] = field(default_factory=dict)
    kinds: tuple[str, ...] = OUTPUTS


def brief(events: list[dict[str, Any]], kinds: tuple[str, ...] = OUTPUTS) -> list[tuple[Any, ...]]:
    """Return the events of these kinds as short tuples; neighbouring pieces of one stream are one."""
    short: list[tuple[Any, ...]] = []
    for event in events:
        if event["type"] not in kinds:
            continue
        one = SHORT[event["type"]](event)
        if event["type"] == "stream" and short and short[-1][0] == one[0]:
            short[-1] = (one[0], short[-1][1] + one[1])
        else:
            short.append(one)
    return short


def _data(event: dict[str, Any]) -> Any:
    data = event["data"]
    return data["text/plain"] if set(data) == {"text/plain"} else data


def _text(view: Any) -> Any:
    return view and view["text"]


SHORT = {
    "stream": lambda event: (event["name"], event["text"]),
    "display_data": lambda event: ("display", _data(event)),
    "update_display_data": lambda event: ("update", _data(event)),
    "clear_output": lambda event: ("clear", event["wait"]),
    "execute_result": lambda event: ("result", _data(event)),
    "error": lambda event: ("error", event["ename"], event["evalue"], event["line"]),
    "statement": lambda event: (
        "done",
        event["index"],
        event["lineStart"],
        event["lineEnd"],
        event["isExpr"],
    ),
    "variable": lambda event: (event["change"], event["name"], _text(event["old"]), _text(event["value"])),
    "step": lambda event: (event["event"], event["line"]),
    "status": lambda event: (event["state"],),
}

SVG = "class S:\n    def __repr__(self): return 'S'\n    def _repr_svg_(self): return '<svg/>'\n"

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
    Case(
        "an SVG is shown without any package",
        SVG + "S()",
        [("result", {"image/svg+xml": "<svg/>", "text/plain": "S"})],
    ),
    Case(
        "display shows at once",
        SVG + "display(S())\nprint('then')",
        [("display", {"image/svg+xml": "<svg/>", "text/plain": "S"}), ("stdout", "then\n")],
    ),
    Case(
        "display comes from IPython's place too",
        "from IPython.display import display, HTML\ndisplay(HTML('<b>x</b>'))",
        [("display", {"text/html": "<b>x</b>", "text/plain": "<HTML object>"})],
    ),
    Case(
        "a display can be updated",
        "h = display(1, display_id=True)\nh.update(2)",
        [("display", "1"), ("update", "2")],
    ),
    Case(
        "a raw bundle is shown as it is",
        "display({'text/html': 'x'}, raw=True)",
        [("display", {"text/html": "x"})],
    ),
    Case(
        "output can be cleared",
        "from IPython.display import clear_output\nclear_output()",
        [("clear", False)],
    ),
    Case(
        "a mime bundle fills in before the other methods",
        "class B:\n"
        "    def __repr__(self): return 'B'\n"
        "    def _repr_mimebundle_(self, include=None, exclude=None): return {'text/html': 'from bundle'}\n"
        "    def _repr_html_(self): return 'no'\n"
        "    def _repr_latex_(self): return '$x$'\n"
        "    def _repr_json_(self): return {'a': [1]}\n"
        "    def _repr_png_(self): return b'\\x89PNG'\n"
        "    def _repr_jpeg_(self): return None\n"
        "B()",
        [
            (
                "result",
                {
                    "text/html": "from bundle",
                    "text/latex": "$x$",
                    "application/json": {"a": [1]},
                    "image/png": "iVBORw==",
                    "text/plain": "B",
                },
            )
        ],
    ),
    Case(
        "a value may display itself",
        "class D:\n    def _ipython_display_(self): print('me')\nD()",
        [("stdout", "me\n")],
    ),
    Case(
        "watched variables are told when they change",
        "x = 1\nx = 1\nx = 2\ny = [1]\ny.append(2)\ny = y\ndel x\nz = 3",
        [
            ("set", "x", None, "1"),
            ("set", "x", "1", "2"),
            ("set", "y", None, "[1]"),
            ("mutate", "y", "[1]", "[1, 2]"),
            ("delete", "x", "2", None),
        ],
        {"watch": ["x", "y"]},
        ("variable",),
    ),
    Case(
        "watched variables are told through functions and objects",
        "n = 0\nclass P: pass\np = P()\ndef f():\n    global n\n    n += 1\n    p.x = n\nf()\n"
        "globals()['n'] = 7\nd = {'a': [{1}]}\nd['a'][0].add(2)\nexec('del n')\nn = True\nn = 1\nn = 1.0",
        [
            ("set", "n", None, "0"),
            ("set", "p", None, "<P object>"),
            ("set", "n", "0", "1"),
            ("mutate", "p", "<P object>", "<P object>"),
            ("set", "n", "1", "7"),
            ("set", "d", None, "{'a': [{1}]}"),
            ("mutate", "d", "{'a': [{1}]}", "{'a': [{1, 2}]}"),
            ("delete", "n", "7", None),
            ("set", "n", None, "True"),
            ("set", "n", "True", "1"),
            ("set", "n", "1", "1.0"),
        ],
        {"watch": ["n", "p", "d"]},
        ("variable",),
    ),
    Case(
        "a watched variable is told when the statement that changed it failed",
        "x = []\n(x.append(1), 1 / 0)",
        [("set", "x", None, "[]"), ("mutate", "x", "[]", "[1]")],
        {"watch": ["x"]},
        ("variable",),
    ),
    Case(
        "steps follow the lines, the calls and what they return",
        "def f(x):\n    y = x + 1\n    return y\nf(1)\n",
        [("line", 1), ("line", 4), ("call", 1), ("line", 2), ("line", 3), ("return", 3)],
        {"trace": True},
        ("step",),
    ),
    Case(
        "steps show an error once, and no return that is none",
        "def f():\n    g()\ndef g():\n    1 / 0\ntry:\n    f()\nexcept ZeroDivisionError:\n    x = 1\n",
        [
            ("line", 1),
            ("line", 3),
            ("line", 5),
            ("line", 6),
            ("call", 1),
            ("line", 2),
            ("call", 3),
            ("line", 4),
            ("exception", 4),
            ("line", 7),
            ("line", 8),
        ],
        {"trace": True},
        ("step",),
    ),
    Case(
        "steps go through loops and generators",
        "def g():\n    yield 1\n    yield 2\nfor i in g():\n    pass\n",
        [
            ("line", 1),
            ("line", 4),
            ("call", 1),
            ("line", 2),
            ("return", 2),
            ("line", 5),
            ("line", 4),
            ("call", 2),
            ("line", 3),
            ("return", 3),
            ("line", 5),
            ("line", 4),
            ("call", 3),
            ("return", 3),
        ],
        {"trace": True},
        ("step",),
    ),
    Case(
        "steps go through an await",
        "import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    return 1\nx = await f()\n",
        [
            ("line", 1),
            ("line", 2),
            ("line", 5),
            ("call", 2),
            ("line", 3),
            ("return", 3),
            ("call", 3),
            ("line", 4),
            ("return", 4),
        ],
        {"trace": True},
        ("step",),
    ),
    Case(
        "library code is not stepped through",
        "import json\njson.loads('[1]')",
        [("line", 1), ("line", 2)],
        {"trace": True},
        ("step",),
    ),
]


async def run_case(harness: Any, case: Case) -> list[tuple[Any, ...]]:
    """Run a case in a session of its own and return what its last run tells, in brief."""
    events: list[dict[str, Any]] = []
    session = harness.Session(events.append)
    codes = (case.code,) if isinstance(case.code, str) else case.code
    for code in codes:
        events.clear()
        await session.run(code, case.options)
    return brief(events, case.kinds)
