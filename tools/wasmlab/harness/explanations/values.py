"""Values that do not fit: types, indices, keys, attributes and numbers."""

from __future__ import annotations

from .rules import Rule, line_has

VALUES = (
    Rule(
        "none-value",
        "TypeError",
        r"^unsupported operand.*'NoneType'|'NoneType' object is not (subscriptable|iterable)"
        r"|'NoneType' object does not support|not supported between instances of .*'NoneType'"
        r"|(concatenate|must be) str \(?not \"NoneType\"",
        "One of the values is None: no value at all. Often it comes from a function without a `return`.",
        "Print the values before this line. A function must `return` its result; `.sort()` gives none.",
    ),
    Rule(
        "none-attribute",
        "AttributeError",
        r"'NoneType' object has no attribute '(?P<name>\w+)'",
        "What stands before `.{name}` is None. Often it comes from a function without a `return`.",
        "Print it before this line. `.append()` and `.sort()` give nothing back: write no `x =` before them.",
    ),
    Rule(
        "text-plus-number",
        "TypeError",
        r"can only concatenate str \(not \"(?P<kind>\w+)\"\) to str"
        r"|unsupported operand type\(s\) for \+=?: '(?P<other>int|float)' and 'str'",
        "A text and a number ({kind}{other}) cannot be added.",
        "Make text of the number with `str(...)`, or a number of the text with `int(...)`.",
    ),
    Rule(
        "operand-types",
        "TypeError",
        r"unsupported operand type\(s\) for .+?: '(?P<left>\w+)' and '(?P<right>\w+)'"
        r"|can only concatenate (?P<one>\w+) \(not \"(?P<two>\w+)\"\)",
        "Python cannot join or calculate with these two: {left}{one} and {right}{two}.",
        "Convert one of them first, or check that both hold what is meant.",
    ),
    Rule(
        "compare-types",
        "TypeError",
        r"'(?P<sign>[<>]=?)' not supported between instances of '(?P<left>\w+)' and '(?P<right>\w+)'",
        "{left} and {right} have no order, so `{sign}` cannot compare them.",
        "Convert one of them first; what `input()` gives is text, and `int(...)` makes a number of it.",
    ),
    Rule(
        "not-subscriptable",
        "TypeError",
        r"'(?P<kind>\w+)' object is not subscriptable",
        "Square brackets take an item out of a list, a text or a dict, but this is none of them ({kind}).",
        "Use parentheses if it is a function that is to be called; otherwise check what the name holds.",
    ),
    Rule(
        "not-iterable",
        "TypeError",
        r"'(?P<kind>\w+)' object is not iterable",
        "A loop needs something with items in it, and this has none ({kind}).",
        "To count, write `for i in range(n)`.",
    ),
    Rule(
        "no-item-assignment",
        "TypeError",
        r"'(?P<kind>\w+)' object does not support item (assignment|deletion)",
        "The parts of this value ({kind}) cannot be changed once it is made.",
        "Make a new one from its parts, or use a list.",
    ),
    Rule(
        "index-type",
        "TypeError",
        r"(?P<kind>list|tuple|string|str) indices must be integers.* not '?(?P<given>\w+)",
        "A place in a {kind} is a whole number, and here it is {given}.",
        "Use `int(...)` or `//` to get a whole number; to look up by a name, use a dict.",
    ),
    Rule(
        "unhashable",
        "TypeError",
        r"unhashable type: '(?P<kind>\w+)'",
        "A value that can change ({kind}) cannot be a key of a dict or a member of a set.",
        "Use a tuple in place of a list.",
    ),
    Rule(
        "range-float",
        "TypeError",
        r"'float' object cannot be interpreted as an integer",
        "A whole number is needed here, and this is a number with a decimal point.",
        "Use `//` in place of `/`, or `int(...)`.",
    ),
    Rule(
        "index-range",
        "IndexError",
        r"(?P<kind>list|string|tuple|list assignment|pop)( index)? (out of range|from empty list)",
        "There is no item at that place. Counting begins at 0, so the last item is at the length minus 1.",
        "Print the index and `len(...)` before this line. To add an item, use `.append(...)`.",
    ),
    Rule(
        "key-missing",
        "KeyError",
        r"^(?P<key>.+)$",
        "The dict has no key {key}.",
        "Check its spelling and its type, or use `.get(...)`, which gives None where a key is missing.",
        line_has(r""),
    ),
    Rule(
        "attribute-misspelled",
        "AttributeError",
        r"has no attribute '(?P<name>\w+)'",
        "There is no `.{name}` here. There is `.{near}`, which is spelled almost the same.",
        "Write `.{near}`.",
        lambda clue: bool(clue.near),
    ),
    Rule(
        "module-shadowed",
        "AttributeError",
        r"module '(?P<module>\w+)'( from '[^']*')? has no attribute '(?P<name>\w+)' \(",
        "The module `{module}` that was imported is a file of yours, not Python's own.",
        "Give your file `{module}.py` another name.",
    ),
    Rule(
        "attribute-missing",
        "AttributeError",
        r"^(type object |module )?'(?P<kind>[\w.]+)'.* has no attribute '(?P<name>\w+)'",
        "{kind} has nothing called `.{name}`.",
        "Look at what it has with `dir(...)`; check that the name before the dot holds what is meant.",
    ),
    Rule(
        "number-from-text",
        "ValueError",
        r"(invalid literal for int\(\) with base \d+|could not convert string to float): (?P<text>.+)$",
        "The text {text} is not a number that can be read this way.",
        "Check what the text holds (`print(repr(...))`). For a number with a decimal point use `float(...)`.",
    ),
    Rule(
        "unpack-count",
        "ValueError",
        r"(?P<amount>not enough|too many) values to unpack \(expected (at least )?(?P<count>\d+)",
        "{count} names stand on the left, but the right side has {amount} values for them.",
        "Print the right side, and write exactly one name for each of its values.",
    ),
    Rule(
        "not-in-list",
        "ValueError",
        r"(list\.(remove|index)\(x\): x not in list|is not in list|substring not found)",
        "What is looked for is not there.",
        "Ask with `in` first: `if x in items:`.",
    ),
    Rule(
        "zero-division",
        "ZeroDivisionError",
        r"",
        "The line divides by zero, which has no result.",
        "Check the divisor before (`if n != 0:`); an empty list has the length 0.",
    ),
)
