"""What a check expects, in a sentence: `expect.call("add", 5, 7).returns(12).logs("WASM says: 12")`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import zip_longest

from wasmlab.checks.costs import Cost, Meter
from wasmlab.checks.mistakes import refuse_unknown
from wasmlab.checks.notmet import NotMet
from wasmlab.checks.structure import ModuleRules
from wasmlab.checks.subject import Answer, Ended, HostCall, Number, Subject, Trapped
from wasmlab.textlines import lines_of

Says = Mapping[str, str]
"""How a host function's call reads in a log, by `module.name`, as in `{"env.js_log": "WASM says: {}"}`."""

_LONGEST_INPUT = 60


class Expect:
    """Where every sentence begins. Each verb takes `help`, what to try when it is not met."""

    def __init__(self, subject: Subject, says: Says, meter: Callable[[], Meter]) -> None:
        self._subject = subject
        self._says = says
        self._meter = meter

    def target(self, name: str) -> Expect:
        """Speak of another of the lesson's modules."""
        return Expect(self._subject.target(name), self._says, self._meter)

    def call(self, name: str, *args: Number | None) -> Called:
        """Call the export `name`; the errors are those of `Subject.call`."""
        words = f"{name}({', '.join('null' if value is None else str(value) for value in args)})"
        return Called(words, self._subject.call(name, *args), self._says)

    def run(self, *args: str, stdin: str = "") -> Ran:
        """Run a WASI program from start to end."""
        return Ran(self._subject.run(*args, stdin=stdin), _given(args, stdin))

    @property
    def module(self) -> ModuleRules:
        """The module's own shape: its imports, exports, size, memory and instructions."""
        return ModuleRules(self._subject)

    def cost(self, name: str, *args: Number) -> Cost:
        """Count the instructions of a call: wasmtime's fuel, the same number in every run."""
        return Cost(self._subject, self._meter(), name, args)


class Called:
    """One call that was made; `answer` is all of it, for a plain `assert`."""

    def __init__(self, words: str, answer: Answer, says: Says) -> None:
        self._words = words
        self._says = says
        self.answer = answer

    def returns(self, value: Number | tuple[Number, ...] | None, help: str = "") -> Called:
        """Expect this result; None for a function that returns nothing."""
        came = self.answer.result
        return self._met(_are_same(came, value), repr(value), lambda: repr(came), help)

    def returns_about(self, value: float, within: float, help: str = "") -> Called:
        """Expect a result that differs from `value` by at most `within`."""
        came = self.answer.result
        near = isinstance(came, int | float) and abs(came - value) <= within
        return self._met(near, f"{value!r}, give or take {within!r}", lambda: repr(came), help)

    def logs(self, *lines: str, help: str = "") -> Called:
        """Expect the host to have been told just these lines, in this order."""
        came = [self._line(call) for call in self.answer.host_calls]
        return self._met(came == list(lines), _listed(lines), lambda: self._or_trap(_listed(came)), help)

    def calls(self, name: str, *args: Number, help: str = "") -> Called:
        """Expect this host function to have been called once, with these numbers, and no other."""
        wanted = [HostCall(name, args)]
        came = self.answer.host_calls
        return self._met(
            came == wanted, repr(wanted[0]), lambda: self._or_trap(_listed(map(repr, came))), help
        )

    def calls_nothing(self, help: str = "") -> Called:
        """Expect no call to the host."""
        came = self.answer.host_calls
        return self._met(not came, "no call to the host", lambda: _listed(map(repr, came)), help)

    def traps(self, kind: str = "", help: str = "") -> Called:
        """Expect a trap, of this kind if one is named.

        Raises:
            CheckBroken: there is no such kind.
        """
        refuse_unknown(kind)
        trap = self.answer.trap
        met = trap is not None and kind in ("", trap)
        said = "" if trap else "it returned "
        expected = f"a trap{': ' if kind else ''}{kind}"
        return self._met(met, expected, lambda: f"{said}{self.answer.result!r}", help)

    def _line(self, call: HostCall) -> str:
        form = self._says.get(call.name)
        return repr(call) if form is None else form.format(*call.args)

    def _or_trap(self, came: str) -> str:
        result = self.answer.result
        return f"{came}, and then {result!r}" if isinstance(result, Trapped) else came

    def _met(self, met: bool, expected: str, came: Callable[[], str], help: str) -> Called:
        if not met:
            value, trap = self.answer.result, self.answer.trap
            raise NotMet(f"in the call {self._words}", expected, came(), help, value=value, trap=trap)
        return self


class Ran:
    """One run of a program that has ended; `output` is all of it.

    A trap is met by `traps` alone, whatever was printed before it; the verbs behind that one allow it.
    """

    def __init__(self, output: Ended, given: str = "") -> None:
        self.output = output
        self._given = given
        self._may_trap = False

    def prints(self, *lines: str, help: str = "") -> Ran:
        """Expect just these lines on standard output; blanks at their ends do not count."""
        return self._lines("standard output", self.output.stdout, lines, help)

    def complains(self, *lines: str, help: str = "") -> Ran:
        """Expect just these lines on standard error."""
        return self._lines("standard error", self.output.stderr, lines, help)

    def exits(self, code: int, help: str = "") -> Ran:
        """Expect this exit code; a program that trapped has none."""
        self._may_trap = False
        self._refuse_trap()
        came = self.output.code
        if came != code:
            raise NotMet(self._given, f"exit code {code}", f"exit code {came}", help, value=came)
        return self

    def traps(self, kind: str = "", help: str = "") -> Ran:
        """Expect it to end in a trap, of this kind if one is named.

        Raises:
            CheckBroken: there is no such kind.
        """
        refuse_unknown(kind)
        trap = self.output.trap
        if trap is None or kind not in ("", trap):
            came = repr(Trapped(trap, self.output.explain)) if trap else f"exit code {self.output.code}"
            raise NotMet(self._given, f"a trap{': ' if kind else ''}{kind}", came, help, trap=trap)
        self._may_trap = True
        return self

    def _refuse_trap(self) -> None:
        if self.output.trap and not self._may_trap:
            came = repr(Trapped(self.output.trap, self.output.explain))
            message = self._said("the program does not come to its end")
            raise NotMet(message, "an end", came, trap=self.output.trap)

    def _said(self, message: str) -> str:
        return f"{message}, {self._given}" if self._given else message

    def _lines(self, where: str, data: bytes, wanted: tuple[str, ...], help: str) -> Ran:
        self._refuse_trap()
        came = [line.rstrip() for line in lines_of(data.decode("utf-8", "replace"))]
        pairs = zip_longest([line.rstrip() for line in wanted], came)
        for number, (line, other) in enumerate(pairs, 1):
            if line != other:
                expected = "no further line" if line is None else repr(line)
                given = "no further line" if other is None else repr(other)
                message = self._said(f"line {number} of {where} differs")
                raise NotMet(message, expected, given, help, value=other)
        return self


def _given(words: tuple[str, ...], stdin: str) -> str:
    """Return what a program was given, for a message."""
    given = [f"the words {' '.join(map(repr, words))}"] if words else []
    if stdin:
        shown = repr(stdin) if len(stdin) <= _LONGEST_INPUT else f"{stdin[:_LONGEST_INPUT]!r} ..."
        given.append(f"the input {shown}")
    return f"with {' and '.join(given)}" if given else ""


def _listed(lines: object) -> str:
    found = [str(line) for line in lines]  # type: ignore[attr-defined]
    return "\n".join(found) or "nothing"


def _are_same(came: object, value: object) -> bool:
    """Whether two results are equal, and a NaN is one like any other."""
    if isinstance(came, tuple) and isinstance(value, tuple):
        return len(came) == len(value) and all(map(_are_same, came, value))
    if isinstance(came, float) and isinstance(value, float) and math.isnan(came):
        return math.isnan(value)
    return came == value
