"""For every explanation the wrong program that leads to it, beside what the learner is told."""

# ruff: noqa: E501 - what goes in and what comes out, as it stands
from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Wrong:
    """A program with a beginner's mistake, the explanation's name, and what it says has happened.

    Without `in_pyodide` the program makes no error there.
    """

    id: str
    program: str
    what: str
    in_pyodide: bool = True


WRONG = [
    Wrong(
        "else-if",
        "x = 3\nif x == 1:\n    print('one')\nelse if x == 3:\n    print('three')",
        "Python has no `else if`.",
    ),
    Wrong("increment", "count = 0\ncount++\n", "Python has no `++` and no `--`."),
    Wrong("increment", "count = 0\ncount--\nprint(count)", "Python has no `++` and no `--`."),
    Wrong(
        "keyword-as-name",
        "class = 'Maths'",
        "A word that belongs to Python itself stands where a name of yours is expected.",
    ),
    Wrong(
        "keyword-as-name",
        "True = 1",
        "A word that belongs to Python itself stands where a name of yours is expected.",
    ),
    Wrong(
        "keyword-as-name",
        "for in in range(3):\n    print(1)",
        "A word that belongs to Python itself stands where a name of yours is expected.",
    ),
    Wrong(
        "print-without-parentheses",
        "print 'hello'",
        "`print` is a function: what it takes stands in parentheses.",
    ),
    Wrong(
        "missing-colon",
        "for i in range(3)\n    print(i)",
        "A colon is missing. A line with `if`, `else`, `for`, `while`, `def` or `class` needs one.",
    ),
    Wrong(
        "missing-colon",
        "def f(x)\n    return x",
        "A colon is missing. A line with `if`, `else`, `for`, `while`, `def` or `class` needs one.",
    ),
    Wrong("bracket-open", "print((1 + 2)\nx = 3", "A `(` is opened here and never closed."),
    Wrong("bracket-unmatched", "print(1))", "The closing `)` has no opening bracket that fits it."),
    Wrong("bracket-unmatched", "x = [1, 2)", "The closing `)` has no opening bracket that fits it."),
    Wrong("string-open", "name = 'Ada\nprint(name)", "A text begins with a quote and never ends."),
    Wrong("string-open", "text = '''one\ntwo", "A text begins with a quote and never ends."),
    Wrong(
        "wrong-quotes",
        "print(“hello”)",
        "The character `“` cannot stand here. It looks like a usual one, but it is another.",
    ),
    Wrong(
        "wrong-quotes",
        "x =\xa01 + 2",
        "The character `U+00A0` cannot stand here. It looks like a usual one, but it is another.",
    ),
    Wrong(
        "assign-instead-of-compare",
        "x = 3\nif x = 3:\n    print(x)",
        "A single `=` gives a name a value. It cannot ask whether two things are equal.",
    ),
    Wrong("cannot-assign", "5 = x", "Left of `=` stands something that can hold no value (literal)."),
    Wrong(
        "cannot-assign",
        "len('a') = 3",
        "Left of `=` stands something that can hold no value (function call).",
    ),
    Wrong("missing-comma", "numbers = [1 2, 3]", "Two values stand side by side with nothing between them."),
    Wrong(
        "indent-missing",
        "if True:\nprint('yes')",
        "Line 1 ends with a colon, so the lines that belong to it must be indented. This one is not.",
    ),
    Wrong(
        "indent-unexpected",
        "x = 1\n    y = 2",
        "This line is indented, but the line before it opens no block.",
    ),
    Wrong(
        "indent-tabs",
        "if True:\n    x = 1\n\ty = 2",
        "Some lines are indented with tabs and others with spaces.",
    ),
    Wrong(
        "indent-uneven",
        "if True:\n        x = 1\n    y = 2",
        "This line is indented neither like the block before it nor like the lines outside.",
    ),
    Wrong(
        "outside-function",
        "x = 1\nreturn x",
        "`return` only has a meaning inside a function, and this line is in none.",
    ),
    Wrong(
        "await-outside",
        "def f():\n    await g()",
        "Inside of a function `await` is possible only where the function begins with `async def`.",
    ),
    Wrong(
        "outside-loop",
        "if True:\n    break",
        "`break` only has a meaning inside a loop, and this line is in none.",
    ),
    Wrong("syntax-unclear", "x = = 3", "Python cannot read the line at the mark."),
    Wrong(
        "assign-instead-of-compare",
        "a = 1\nif len('a') = 1:\n    pass",
        "A single `=` gives a name a value. It cannot ask whether two things are equal.",
    ),
    Wrong(
        "module-not-imported", "print(math.pi)", "`math` is a module, and this program has not imported it."
    ),
    Wrong(
        "unbound-local",
        "count = 0\ndef add():\n    count += 1\nadd()",
        "The function gives `count` a value somewhere, so `count` is its own. It is read before that.",
    ),
    Wrong(
        "name-misspelled",
        "total = 3\nprint(totl)",
        "Nothing is called `totl`. There is `total`, which is spelled almost the same.",
    ),
    Wrong(
        "name-misspelled",
        "Print('hello')",
        "Nothing is called `Print`. There is `print`, which is spelled almost the same.",
    ),
    Wrong("name-unknown", "print(hello)", "Nothing is called `hello` when this line runs."),
    Wrong("module-missing", "import maths_for_all", "There is no module `maths_for_all` here."),
    Wrong(
        "import-name",
        "from math import squareroot",
        "The module `math` is there, but it has nothing called `squareroot`.",
    ),
    Wrong(
        "argument-missing",
        "def area(width, height):\n    return width * height\narea(3)",
        "`area` was called without a value for 'height'.",
    ),
    Wrong(
        "self-missing",
        "class Dog:\n    def bark():\n        print('woof')\nDog().bark()",
        "A method always gets its object as the first argument, and `Dog.bark` has no parameter for it.",
    ),
    Wrong(
        "argument-too-many",
        "def double(x):\n    return 2 * x\ndouble(1, 2)",
        "`double` takes 1 positional argument, but the call gives 2.",
    ),
    Wrong(
        "argument-unknown",
        "def greet(name):\n    print(name)\ngreet(nam='Ada')",
        "`greet` has no parameter called `nam`.",
    ),
    Wrong(
        "not-callable-shadowed",
        "list = [1, 2]\nnumbers = list('ab')",
        "A name that Python uses for a function holds a value (list) now, so it cannot be called any more.",
    ),
    Wrong(
        "not-callable",
        "numbers = [1, 2]\nprint(numbers(0))",
        "Parentheses call a function, but what stands before them is no function (list).",
    ),
    Wrong(
        "coroutine-run",
        "import asyncio\nasync def main():\n    pass\ndef start():\n    asyncio.run(main())\nstart()",
        "The program runs inside an event loop already, and there can be only one.",
        in_pyodide=False,  # asyncio.run() starts a task there
    ),
    Wrong(
        "dict-changed",
        "ages = {'Ada': 36, 'Bob': 3}\nfor name in ages:\n    del ages[name]",
        "The loop goes over something that gets longer or shorter while it runs.",
    ),
    Wrong(
        "recursion",
        "def count(n):\n    return count(n - 1)\ncount(3)",
        "A function calls itself again and again and never stops.",
    ),
    Wrong("memory", "import sys\nx = [0] * sys.maxsize", "The program asked for more memory than there is."),
    Wrong("no-input", "name = input('Name? ')", "The program asks for input, and there is no answer for it."),
    Wrong("file-missing", "open('data.txt')", "There is no file `data.txt` where the program looks for it."),
    Wrong("assertion", "x = 3\nassert x == 4", "An `assert` was not true: `assert x == 4`."),
    Wrong(
        "interrupted",
        "raise KeyboardInterrupt",
        "The program was stopped from outside. All that it has done so far is kept.",
    ),
    Wrong(
        "exited",
        "import sys\nsys.exit('no data')",
        "The program ended itself with `exit` and said that something went wrong.",
    ),
    Wrong(
        "none-value",
        "def double(x):\n    print(2 * x)\ndouble(1) + 1",
        "One of the values is None: no value at all. Often it comes from a function without a `return`.",
    ),
    Wrong(
        "none-value",
        "numbers = [3, 1]\nnumbers = numbers.sort()\nprint(numbers[0])",
        "One of the values is None: no value at all. Often it comes from a function without a `return`.",
    ),
    Wrong(
        "none-value",
        "'a' + None",
        "One of the values is None: no value at all. Often it comes from a function without a `return`.",
    ),
    Wrong(
        "none-value",
        "3 < None",
        "One of the values is None: no value at all. Often it comes from a function without a `return`.",
    ),
    Wrong(
        "none-attribute",
        "numbers = [1].append(2)\nnumbers.append(3)",
        "What stands before `.append` is None. Often it comes from a function without a `return`.",
    ),
    Wrong("text-plus-number", "age = 3\nprint('Age: ' + age)", "A text and a number (int) cannot be added."),
    Wrong("text-plus-number", "print(3 + '4')", "A text and a number (int) cannot be added."),
    Wrong("operand-types", "'ab' - 'a'", "Python cannot join or calculate with these two: str and str."),
    Wrong("operand-types", "[1] + (2,)", "Python cannot join or calculate with these two: list and tuple."),
    Wrong(
        "compare-types",
        "age = '17'\nif age < 18:\n    print('young')",
        "str and int have no order, so `<` cannot compare them.",
    ),
    Wrong(
        "not-subscriptable",
        "x = 5\nprint(x[0])",
        "Square brackets take an item out of a list, a text or a dict, but this is none of them (int).",
    ),
    Wrong(
        "not-subscriptable",
        "print[1]",
        "Square brackets take an item out of a list, a text or a dict, but this is none of them (builtin_function_or_method).",
    ),
    Wrong(
        "not-iterable",
        "for i in 5:\n    print(i)",
        "A loop needs something with items in it, and this has none (int).",
    ),
    Wrong(
        "no-item-assignment",
        "name = 'ada'\nname[0] = 'A'",
        "The parts of this value (str) cannot be changed once it is made.",
    ),
    Wrong(
        "index-type",
        "numbers = [1, 2, 3]\nprint(numbers['1'])",
        "A place in a list is a whole number, and here it is str.",
    ),
    Wrong(
        "index-type",
        "numbers = [1, 2, 3]\nprint(numbers[len(numbers) / 2])",
        "A place in a list is a whole number, and here it is float.",
    ),
    Wrong("index-type", "'abc'['a']", "A place in a string is a whole number, and here it is str."),
    Wrong(
        "unhashable",
        "d = {[1, 2]: 'x'}",
        "A value that can change (list) cannot be a key of a dict or a member of a set.",
    ),
    Wrong(
        "range-float",
        "for i in range(10 / 2):\n    print(i)",
        "A whole number is needed here, and this is a number with a decimal point.",
    ),
    Wrong(
        "index-range",
        "numbers = [1, 2, 3]\nprint(numbers[3])",
        "There is no item at that place. Counting begins at 0, so the last item is at the length minus 1.",
    ),
    Wrong(
        "index-range",
        "'abc'[5]",
        "There is no item at that place. Counting begins at 0, so the last item is at the length minus 1.",
    ),
    Wrong(
        "index-range",
        "[].pop()",
        "There is no item at that place. Counting begins at 0, so the last item is at the length minus 1.",
    ),
    Wrong("key-missing", "ages = {'Ada': 36}\nprint(ages['ada'])", "The dict has no key 'ada'."),
    Wrong(
        "attribute-misspelled",
        "numbers = []\nnumbers.apend(3)",
        "There is no `.apend` here. There is `.append`, which is spelled almost the same.",
    ),
    Wrong("attribute-missing", "numbers = []\nnumbers.push(3)", "list has nothing called `.push`."),
    Wrong("attribute-missing", "x = 5\nx.size", "int has nothing called `.size`."),
    Wrong("attribute-missing", "import math\nmath.squareroot(2)", "math has nothing called `.squareroot`."),
    Wrong(
        "number-from-text",
        "int('12 apples')",
        "The text '12 apples' is not a number that can be read this way.",
    ),
    Wrong("number-from-text", "float('3,14')", "The text '3,14' is not a number that can be read this way."),
    Wrong(
        "unpack-count",
        "a, b = [1, 2, 3]",
        "2 names stand on the left, but the right side has too many values for them.",
    ),
    Wrong(
        "unpack-count",
        "a, b = (1,)",
        "2 names stand on the left, but the right side has not enough values for them.",
    ),
    Wrong("not-in-list", "['a'].remove('b')", "What is looked for is not there."),
    Wrong("not-in-list", "'abc'.index('z')", "What is looked for is not there."),
    Wrong("not-in-list", "[1].index(2)", "What is looked for is not there."),
    Wrong(
        "zero-division",
        "numbers = []\nprint(sum(numbers) / len(numbers))",
        "The line divides by zero, which has no result.",
    ),
    Wrong(
        "module-shadowed",
        "import sys, pathlib, importlib\npathlib.Path('antigravity2.py').write_text('import antigravity2\\nantigravity2.fly()')\nsys.path.insert(0, '.')\nimport antigravity2",
        "The module `antigravity2` that was imported is a file of yours, not Python's own.",
    ),
]


async def explanation_of(harness: Any, program: str) -> dict[str, str] | None:
    """Run the program and return what the learner is told about its error."""
    events: list[dict[str, Any]] = []
    await harness.Session(events.append).run(program)
    errors = [event for event in events if event["type"] == "error"]
    return errors[0]["explanation"] if errors else None
