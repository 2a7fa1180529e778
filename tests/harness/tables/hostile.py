"""Programs that break what a harness stands on: each ends in a result, and the next run works."""

# ruff: noqa: E501 - a program is a line
from __future__ import annotations

import ast
import linecache
import traceback
from dataclasses import dataclass, field
from typing import Any

from .case import brief


@dataclass(frozen=True)
class Hostile:
    """A program, and events that must be among what it gives (in brief); `error` is how it must end.

    With `through_c` it recurses through Python's C code, which ends a Pyodide: JavaScript's stack is
    used up before Python's limit is met, and only the worker's owner can answer that.
    """

    name: str
    program: str
    among: list[tuple[Any, ...]] = field(default_factory=list)
    error: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    through_c: bool = False


BAD = "class Bad:\n    def __repr__(self): {repr}\n    def __eq__(self, other): raise ValueError('eq')\n    __hash__ = None\n"

HOSTILE = [
    Hostile("replaces print", "import builtins\nbuiltins.print = None\n2", [("result", "2")]),
    Hostile("deletes all builtins", "import builtins\nvars(builtins).clear()\n2", [("result", "2")]),
    Hostile(
        "deletes the real builtins",
        "m = print.__self__\nfor n in list(vars(m)): delattr(m, n)\n2",
        [("result", "2")],
    ),
    Hostile("empties its own builtins", "__builtins__ = {}\n2", [("result", "2")]),
    Hostile("clears its globals", "globals().clear()\n2", [("result", "2")]),
    Hostile("replaces sys.stdout by nonsense", "import sys\nsys.stdout = 5\n2", [("result", "2")]),
    Hostile("deletes sys.stdout", "import sys\ndel sys.stdout, sys.stderr, sys.stdin\n2", [("result", "2")]),
    Hostile(
        "closes its streams",
        "import sys\nsys.stdout.close()\nsys.stdin.close()\nprint(1)",
        [("stdout", "1\n")],
    ),
    Hostile(
        "redirects its output",
        "import io, sys\nsys.stdout = io.StringIO()\nprint(1)\nsys.stdout.getvalue()",
        [("result", "'1\\n'")],
    ),
    Hostile("empties sys.modules", "import sys\nsys.modules.clear()\n2", [("result", "2")]),
    Hostile("replaces sys.modules", "import sys\nsys.modules = {}\n2", [("result", "2")]),
    Hostile(
        "spoils the modules that show errors",
        "import traceback, linecache, ast\ntraceback.TracebackException = ast.parse = linecache.getlines = None\n2",
        [("result", "2")],
    ),
    Hostile(
        "empties the line cache", "import linecache\nlinecache.cache.clear()\n1/0", [], "ZeroDivisionError"
    ),
    Hostile("raises in __repr__", BAD.format(repr="raise ValueError('no')") + "Bad()", [], "ValueError"),
    Hostile(
        "prints in __repr__",
        BAD.format(repr="print('x'); return 'r'") + "Bad()",
        [("stdout", "x\n"), ("result", "r")],
    ),
    Hostile("exits in __repr__", BAD.format(repr="raise SystemExit(3)") + "Bad()", [], "SystemExit"),
    Hostile("gives no text as __repr__", BAD.format(repr="return 5") + "Bad()", [], "TypeError"),
    Hostile(
        "recurses in __repr__",
        BAD.format(repr="return repr(self)") + "Bad()",
        [],
        "RecursionError",
        through_c=True,
    ),
    Hostile("has a huge __repr__", BAD.format(repr="return 'x' * 3_000_000") + "Bad()"),
    Hostile(
        "has a text of its own class",
        "class T(str):\n    def __len__(self): raise ValueError\n    def __str__(self): return self\nprint(T('a'))\nT('a')",
        [("stdout", "a\n"), ("result", "'a'")],
    ),
    Hostile(
        "writes a text of its own class",
        "class T(str):\n    def __len__(self): raise ValueError\n    def isascii(self): raise ValueError\nimport sys\nsys.stdout.write(T('a'));",
        [("stdout", "a")],
    ),
    Hostile(
        "has any attribute",
        "class Any:\n    def __getattr__(self, name): return lambda *a, **k: 'nonsense'\n    def __repr__(self): return 'any'\nAny()",
        [("result", "any")],
    ),
    Hostile(
        "lies about its class",
        "class Liar:\n    __class__ = property(lambda self: 1/0)\nx = Liar()\n2",
        [("result", "2")],
        options={"watch": ["x"], "trace": True},
    ),
    Hostile(
        "raises when an attribute is read",
        "class No:\n    def __getattribute__(self, name): raise ValueError(name)\nx = No()\n2",
        [("result", "2")],
        options={"watch": ["x"], "trace": True},
    ),
    Hostile(
        "cannot be compared",
        BAD.format(repr="raise ValueError") + "x = [Bad()]\ny = {1: x}\nx.append(1)\n2",
        [("result", "2")],
        options={"watch": ["x", "y"], "trace": True},
    ),
    Hostile(
        "has a metaclass that raises",
        "class Meta(type):\n    def __getattribute__(cls, name): raise ValueError(name)\n    def __repr__(cls): raise ValueError\nclass C(metaclass=Meta): pass\nx = C()\n2",
        [("result", "2")],
        options={"watch": ["x", "C"], "trace": True},
    ),
    Hostile(
        "contains itself",
        "x = []\nx.append(x)\nd = {'d': x}\nd['e'] = d\n2",
        [("result", "2")],
        options={"watch": ["x", "d"], "trace": True},
    ),
    Hostile(
        "grows without bound when unfolded",
        "x = [0]\nfor _ in range(60): x = [x, x]\n2",
        [("result", "2")],
        options={"watch": ["x"], "trace": True},
    ),
    Hostile(
        "is deeply nested",
        "x = []\nfor _ in range(100000): x = [x]\n2",
        [("result", "2")],
        options={"watch": ["x"], "trace": True},
        through_c=True,
    ),
    Hostile(
        "is nested five hundred deep",
        "x = []\nfor _ in range(500): x = [x]\n2",
        [("result", "2")],
        options={"watch": ["x"], "trace": True},
    ),
    Hostile(
        "holds a million items",
        "x = list(range(1_000_000))\nx[500_000] = -1\n2",
        [("mutate", "x"), ("result", "2")],
        options={"watch": ["x"], "trace": True},
    ),
    Hostile(
        "has a huge integer", "x = 10 ** 10000\n2", [("result", "2")], options={"watch": ["x"], "trace": True}
    ),
    Hostile(
        "raises an error that cannot be read",
        "class E(Exception):\n    def __str__(self): raise ValueError\n    __repr__ = __str__\nraise E",
        [],
        "E",
    ),
    Hostile(
        "raises an error that exits when read",
        "class E(Exception):\n    def __str__(self): raise SystemExit\nraise E",
        [],
        "E",
    ),
    Hostile("raises an error with a huge text", "raise ValueError('x' * 10_000_000)", [], "ValueError"),
    Hostile(
        "raises an error with a name of its own",
        "e = NameError('gone')\ne.name = ['list']\nraise e",
        [],
        "NameError",
    ),
    Hostile(
        "raises a long chain of errors",
        "e = None\nfor i in range(500):\n    n = ValueError(i)\n    n.__cause__ = e\n    e = n\nraise e",
        [],
        "ValueError",
    ),
    Hostile(
        "raises an error that is its own cause",
        "e = ValueError()\ne.__cause__ = e\nraise e",
        [],
        "ValueError",
    ),
    Hostile("raises a bare base exception", "raise BaseException('b')", [], "BaseException"),
    Hostile("raises GeneratorExit", "raise GeneratorExit", [], "GeneratorExit"),
    Hostile("raises StopIteration", "raise StopIteration(5)", [], "StopIteration"),
    Hostile(
        "raises StopIteration from an await",
        "async def f(): return next(iter(()))\nawait f()",
        [],
        "RuntimeError",
    ),
    Hostile("cancels itself", "import asyncio\nraise asyncio.CancelledError", [], "CancelledError"),
    Hostile("recurses for ever", "def f(n): return f(n + 1)\nf(0)", [], "RecursionError"),
    Hostile(
        "recurses for ever in two functions while traced",
        "def f(n): return g(n)\ndef g(n): return f(n)\nf(0)",
        [],
        "RecursionError",
        {"trace": True},
    ),
    Hostile(
        "lowers the recursion limit", "import sys\nsys.setrecursionlimit(120)\n1/0", [], "ZeroDivisionError"
    ),
    Hostile(
        "prints at the end of the recursion",
        "def f(n):\n    print(n)\n    return f(n + 1)\nf(0)",
        [],
        "RecursionError",
    ),
    Hostile(
        "sets its own trace function",
        "import sys\nsys.settrace(lambda *a: 1/0)\n2",
        [],
        None,
        {"trace": True},
    ),
    Hostile("has a null in its source", "x = '\0'", [], "SyntaxError"),
    Hostile("has half a character in its source", "x = '\ud800'", [], "UnicodeEncodeError"),
    Hostile("prints half a character", "print('\\ud800')", [], "UnicodeEncodeError"),
    Hostile(
        "shows half a character",
        "class R:\n    def __repr__(self): return '\\ud800'\nR()",
        [("result", "\\ud800")],
    ),
    Hostile("is nested too deeply to be read", "(" * 5000 + ")" * 5000, [], "SyntaxError"),
    Hostile("uses strange line ends", "x = 1\r\ny = 2\rx + y\r\n", [("result", "3")]),
    Hostile("begins with a byte-order mark", "\ufeff1 + 1", [("result", "2")]),
    Hostile("has form feeds and line separators", "x = '\u2028'\n\f\nlen(x)", [("result", "1")]),
    Hostile(
        "shows nonsense as HTML",
        "class H:\n    def __repr__(self): return 'H'\n    def _repr_html_(self): raise ValueError('no html')\n    def _repr_json_(self): return {1, 2}\n    def _repr_svg_(self): return ({}, 3, 4)\n    def _repr_mimebundle_(self, **k): return 5\nH()",
        [("result", "H")],
    ),
    Hostile(
        "shows something that is not JSON",
        "display({'text/plain': 'p', 'application/json': {'x': float('nan')}}, raw=True)",
        [("display", "p")],
    ),
    Hostile(
        "shows with nonsense metadata",
        "class M:\n    def __repr__(self): return 'M'\n    def _repr_mimebundle_(self, **k): return {'text/plain': 'M'}, {'a': self}\ndisplay(M())",
        [("display", "M")],
    ),
    Hostile(
        "answers to a prompt with an error",
        "class P:\n    def __str__(self): raise ValueError\ninput(P())",
        [],
        "ValueError",
    ),
    Hostile(
        "defines a name that is no text",
        "globals()[5] = 5\n2",
        [("result", "2")],
        options={"trace": True, "watch": ["x"]},
    ),
    Hostile("replaces the sleep", "import time\ntime.sleep = None\n2", [("result", "2")]),
    Hostile("collects and freezes", "import gc\ngc.disable()\ngc.collect()\n2", [("result", "2")]),
    Hostile(
        "deletes its main module",
        "import sys\ndel sys.modules['__main__'], sys.modules['builtins']\n2",
        [("result", "2")],
    ),
    Hostile(
        "leaves a task behind that prints",
        "import asyncio\nasync def late():\n    await asyncio.sleep(0)\n    print('late')\nt = asyncio.ensure_future(late())\n2",
        [("result", "2")],
    ),
    Hostile(
        "deletes itself with a print",
        "class D:\n    def __del__(self): print('gone')\nx = D()\ndel x\n2",
        [("stdout", "gone\n"), ("result", "2")],
        options={"watch": ["x"]},
    ),
]


async def run_hostile(harness: Any, hostile: Hostile) -> str:
    """Return what went wrong with the harness, or an empty text; the library is whole afterwards."""
    library = {module: dict(vars(module)) for module in (traceback, linecache, ast)}
    try:
        return await _run_hostile(harness, hostile)
    finally:
        for module, names in library.items():
            vars(module).update(names)


async def _run_hostile(harness: Any, hostile: Hostile) -> str:
    events: list[dict[str, Any]] = []
    session = harness.Session(events.append)
    result = await session.run(hostile.program, hostile.options)
    told = [_short(each) for each in brief(events, (*KINDS, "variable"))]
    missing = [each for each in hostile.among if each not in told]
    ended = result.error.name if result.error else None
    if missing:
        return f"missing {missing} in {told}"[:2000]
    if ended != hostile.error and hostile.error is not None:
        return f"ended with {result.error}"[:2000]
    if hostile.error is None and ended is not None and hostile.among:
        return f"ended with {result.error}"[:2000]
    if not _is_plain(events) or not _is_plain(result.to_json()):
        return "an event holds what JSON cannot carry"
    events.clear()
    again = await session.run("1 + 1")
    session.reset()
    afresh = await session.run("print(1)")
    if again.error or afresh.error or brief(events) != [("result", "2"), ("stdout", "1\n")]:
        return f"the next runs gave {brief(events)}, {again.error}, {afresh.error}"[:2000]
    return ""


KINDS = ("stream", "display_data", "execute_result")


def _short(told: tuple[Any, ...]) -> tuple[Any, ...]:
    return told[:2] if told[0] == "mutate" else told


def _is_plain(value: Any) -> bool:
    """Whether the value is of JSON's own types all through, with nothing of the learner's in it."""
    if type(value) is dict:
        return all(type(key) is str and _is_plain(each) for key, each in value.items())
    if type(value) is list:
        return all(map(_is_plain, value))
    return value is None or type(value) in (str, int, float, bool)
