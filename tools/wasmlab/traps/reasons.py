"""The words: for each way a program can stop, what it means and what to try."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """One way to stop: `title` in a few words, `why` in a sentence, `attempt` as something to do."""

    title: str
    why: str
    attempt: str


REASONS: dict[str, Reason] = {
    "signed-overflow": Reason(
        "signed integer overflow",
        "the result is larger than the type's largest value, or smaller than its smallest: an int holds "
        "-2147483648 to 2147483647, a long long 64 bits. In C a signed overflow is undefined",
        "test before you compute, use an unsigned type if it may wrap, or a wider one (long long for an int)",
    ),
    "shift": Reason(
        "shift out of range",
        "a value is shifted by less than nothing, or by as many bits as its type has or more; an int has 32",
        "keep the distance of the shift between 0 and 31, or use a wider type",
    ),
    "index": Reason(
        "array index out of bounds",
        "an array of n elements ends at index n - 1; Wasm itself would have read or written "
        "whatever lies beside the array",
        "test the index before you use it, and look at the loop's end: < n, not <= n",
    ),
    "pointer": Reason(
        "pointer arithmetic left its object",
        "adding to this pointer went past the end of the memory, or started at null",
        "test the pointer for null, and the distance that is added to it",
    ),
    "null": Reason(
        "null or misaligned pointer",
        "the pointer is null, or is no multiple of its type's size. Wasm alone would not have stopped: "
        "address 0 is an ordinary byte of its memory, and a write there succeeds in silence; "
        "only the check of the debug build sees it",
        "look where the pointer comes from: was it set, did malloc give null, was it cast from another type?",
    ),
    "division": Reason(
        "division by zero or overflow",
        "the divisor is 0, or the smallest integer is divided by -1, whose result does not fit",
        "test the divisor before you divide",
    ),
    "zero": Reason(
        "integer division by zero",
        "the divisor is 0; the integers have no infinity that could be the answer",
        "test the divisor before you divide",
    ),
    "quotient": Reason(
        "division overflow",
        "the smallest integer is divided by -1, and the result is one more than the largest",
        "test for -1 before you divide, or use a wider type",
    ),
    "conversion": Reason(
        "float to integer conversion out of range",
        "the float is NaN, infinite, or too large for the integer type that it is turned into",
        "test the float's range (and isnan) before you cast it",
    ),
    "unreachable": Reason(
        "unreachable code was reached",
        "the compiler was told, or took for certain, that this point is never reached "
        "(__builtin_unreachable, __builtin_trap, or a check that failed)",
        "look at what leads to this line: one of the cases was not thought of",
    ),
    "abort": Reason(
        "the program stopped itself",
        "abort() or a failed assert() ended it",
        "read the assert's condition, and print the values in it before",
    ),
    "no-return": Reason(
        "a function ended without its return",
        "it promised a value, and the end of its body was reached",
        "add the return that is missing on this path",
    ),
    "bool": Reason(
        "a value that its type does not have",
        "a bool that is neither 0 nor 1, or an enum with an unknown number, was read: "
        "most often memory that was never set",
        "give the variable a value before it is read",
    ),
    "array-size": Reason(
        "variable array with no room",
        "the length of a variable length array is zero or negative",
        "test the length before the array is made",
    ),
    "nonnull": Reason(
        "null where it is forbidden",
        "null was given to, or returned from, a function that is declared never to see it",
        "test the pointer before the call",
    ),
    "builtin": Reason(
        "a compiler builtin was used wrongly",
        "for example __builtin_clz(0), which has no answer",
        "test the argument for 0 before",
    ),
    "signature": Reason(
        "call through a function pointer of another type",
        "the function that is called takes or returns other types than the pointer says; "
        "Wasm compares them at each call through a pointer",
        "give the function exactly the pointer's type; do not cast function pointers",
    ),
    "null-call": Reason(
        "call through a null function pointer",
        "the function pointer was never set: place 0 of the table of functions is empty on purpose",
        "set the pointer, or test it before the call",
    ),
    "call": Reason(
        "call through a function pointer that is null or of another type",
        "the pointer was never set, or its function takes or returns other types than the pointer says; "
        "this engine does not tell the two apart",
        "set the pointer before the call, and give the function exactly the pointer's type",
    ),
    "no-function": Reason(
        "call through a pointer that is no function",
        "the number in the function pointer lies outside the table of functions",
        "look where the pointer comes from: it holds an address of data, or was overwritten",
    ),
    "memory": Reason(
        "memory access out of bounds",
        "the address lies outside the module's memory",
        "look at the pointer or index on this line: it was never set, was overwritten, or ran away in a loop",
    ),
    "stack": Reason(
        "the stack is exhausted",
        "functions called functions until there was no room left; most often a recursion without an end",
        "give the recursion a case in which it stops, and make big local arrays static",
    ),
    "time": Reason(
        "time limit",
        "the program was still running when its time was over",
        "look for a loop whose condition never becomes false",
    ),
    "fuel": Reason(
        "out of fuel",
        "the program used up all the instructions it was given",
        "look for a loop that runs too often",
    ),
    "memory-limit": Reason(
        "memory limit",
        "the program asked for more memory than it may have",
        "free what is no longer needed, and look for a loop that allocates",
    ),
    "output-limit": Reason(
        "output limit",
        "the program wrote more than it may",
        "look for a loop that prints and never ends",
    ),
    "exception": Reason(
        "an exception that nobody caught",
        "it was thrown in the module, and no catch stood in its way out",
        "catch it, or look at what throws it",
    ),
    "trap": Reason("trap", "the engine stopped the program", "read the engine's own message"),
}

# The engines' trap kinds, as `RoundTrip.trap.kind` has them.
KINDS = {
    "unreachable": "unreachable",
    "memory access out of bounds": "memory",
    "table access out of bounds": "no-function",
    "indirect call to null": "null-call",
    "indirect call type mismatch": "signature",
    "indirect call to null or type mismatch": "call",
    "integer overflow": "quotient",
    "integer division by zero": "zero",
    "invalid conversion to integer": "conversion",
    "call stack exhausted": "stack",
    "time limit": "time",
    "out of fuel": "fuel",
    "memory limit": "memory-limit",
    "output limit": "output-limit",
    "uncaught exception": "exception",
}

# Clang's own words for its checks, by what they contain (clang/lib/CodeGen/SanitizerHandler.h).
_CHECKS = (
    ("Array index", "index"),
    ("Pointer arithmetic", "pointer"),
    ("null, or object-size", "null"),
    ("lignment assumption", "null"),
    ("Shift", "shift"),
    ("divide or remainder", "division"),
    ("Floating-point", "conversion"),
    ("overflow", "signed-overflow"),
    ("unreachable", "unreachable"),
    ("without returning", "no-return"),
    ("invalid or uninitialized", "bool"),
    ("Variable length array", "array-size"),
    ("never be null", "nonnull"),
    ("builtin", "builtin"),
    ("mismatched signature", "signature"),
)
_OVERFLOW = re.compile(r"(?:un)?signed integer (?:\w+) overflow in (?P<expression>'.*')", re.DOTALL)


def reason_of_check(message: str) -> tuple[str, str]:
    """Return the reason's name and its words for one of clang's check messages."""
    reason = next((name for part, name in _CHECKS if part in message), "unreachable")
    match = _OVERFLOW.search(message)
    return reason, f"{REASONS[reason].title} in {match['expression']}" if match else REASONS[reason].title


# An older clang puts in its checks without words. What stands before and at the check's column in
# the source then tells the reason, most likely; JavaScript reads the same expressions.
GUESSES = (
    (r"", r"\w+\s*\[", "index"),
    (r"\]\s*$", r"=(?!=)", "index"),
    (r"->\s*$", r"\w", "null"),
    (r"(?:^|[=(,;{!&|<>+*/%?:-]|\breturn)\s*$", r"\*", "null"),
    (r"", r"<<|>>", "shift"),
    (r"", r"[-+*]", "signed-overflow"),
    (r"", r"[/%]", "division"),
    (r"", r"=(?!=)", "null"),
    (r"", r"\((?:unsigned |signed )?(?:char|short|int|long)[^()]*\)", "conversion"),
)


def reason_of_source(text: str, column: int) -> str:
    """Guess from the source at the check's column why a debug build stopped; empty where unclear."""
    before, here = text[: max(column - 1, 0)], text[max(column - 1, 0) :]
    for behind, ahead, reason in GUESSES if column else ():
        if re.search(behind, before) and re.match(ahead, here):
            return reason
    return ""
