"""What a check calls: the lesson's module in one engine, and the answer to one call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from wasmlab.build import Options, plan_target
from wasmlab.checks.needing import skip_without
from wasmlab.checks.notes import Notes
from wasmlab.checks.parity import Call, Compare
from wasmlab.engines.arguments import read_arguments
from wasmlab.engines.batches import open_and_call
from wasmlab.engines.border import signature_of
from wasmlab.engines.contract import Hosts, Instance, Program, Session
from wasmlab.engines.declared import with_pointers
from wasmlab.engines.trap_kinds import TIME
from wasmlab.errors import BuildError, CheckBroken, UsageError
from wasmlab.lesson import Lesson, Target
from wasmlab.names import did_you_mean
from wasmlab.process import quoted
from wasmlab.roundtrip import Output, RoundTrip, Value
from wasmlab.wasmfile import Module, read_module

Number = int | float


@dataclass(frozen=True)
class HostCall:
    """One call that Wasm made to an import: its `module.name` and its arguments.

    `pointed` is what the arguments that the manifest calls `text` or `bytes` point at.
    """

    name: str
    args: tuple[Number, ...]
    pointed: tuple[bytes, ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(map(repr, self.args))})"


@dataclass(frozen=True)
class Trapped:
    """Stands where a result would be: a call that trapped returned nothing, not even nothing."""

    kind: str
    explain: Callable[[], str] = field(default=str, compare=False)

    def __repr__(self) -> str:
        return f"a trap: {self.explain() or self.kind}"


@dataclass(frozen=True)
class Answer:
    """What one call gave; `trip` has every crossing in its order."""

    trip: RoundTrip
    explain: Callable[[], str] = field(default=str, repr=False, compare=False)

    @cached_property
    def why(self) -> str:
        """The reason of a trap and its C line: found when somebody asks, for it takes ten milliseconds."""
        return self.explain() if self.trip.trap else ""

    @property
    def result(self) -> Number | tuple[Number, ...] | Trapped | None:
        """The returned number; None for none, a tuple for several."""
        if self.trip.trap:
            return Trapped(self.trip.trap.kind, lambda: self.why)
        numbers = tuple(value.number for value in self.trip.results)
        return (numbers[0] if numbers else None) if len(numbers) < 2 else numbers

    @property
    def host_calls(self) -> list[HostCall]:
        """What Wasm called on its way, in order."""
        return [
            HostCall(c.name, tuple(v.number for v in c.values), tuple(one.data for one in c.memory))
            for c in self.trip.host_calls
        ]

    @property
    def order(self) -> list[str]:
        """The kinds of the crossings: `call`, `host call`, `host return`, `return` or `trap`."""
        return [crossing.kind for crossing in self.trip.crossings]

    @property
    def trap(self) -> str | None:
        """The kind of the trap that ended the call, or None."""
        return self.trip.trap.kind if self.trip.trap else None

    def __repr__(self) -> str:
        return repr(self.result) if self.trap else f"the answer {self.result!r}"


@dataclass(frozen=True)
class Ended(Output):
    """What a WASI program said and left; `code` is 0 where it came to its end, None where it trapped."""

    trap: str | None = None
    explain: Callable[[], str] = field(default=str, repr=False, compare=False)


class Subject:
    """A lesson's module, instantiated at the first call; checks do not see each other's memory."""

    def __init__(
        self,
        lesson: Lesson,
        session: Session,
        target: Target | None = None,
        compare: Callable[[Target], Compare] | None = None,
        notes: Notes | None = None,
    ) -> None:
        if not lesson.targets:
            raise UsageError(f"{lesson.name} builds no module", "add a [[target]] to its lesson.toml")
        self._lesson = lesson
        self._session = session
        self._target = target or lesson.targets[0]
        self._compare = compare
        self._calls: list[Call] = []
        self.notes = notes or Notes()

    @property
    def engine(self) -> str:
        """The engine's name."""
        return self._session.name

    def target(self, name: str) -> Subject:
        """Return another of the lesson's modules; the check is skipped where the engine lacks what it needs.

        Raises:
            CheckBroken: no target has that name.
        """
        for target in self._lesson.targets:
            if target.name == name:
                skip_without(self._session, target.needs)
                return Subject(self._lesson, self._session, target, self._compare, self.notes)
        names = [target.name for target in self._lesson.targets]
        raise CheckBroken(f"{self._lesson.name} has no target {name!r}", did_you_mean(name, names))

    @cached_property
    def module(self) -> Module:
        """The module's size, imports, exports and memories, read from its bytes."""
        return _module_of(self.wasm)

    @cached_property
    def wasm(self) -> bytes:
        """The module's bytes.

        Raises:
            ToolMissing: it waits for a tool, or for a part of one, that is not on this machine.
            BuildError: it is not built.
        """
        try:
            return _read(*_version(self.path))
        except FileNotFoundError:
            plan_target(self._lesson, self._target, Options())  # says what it waits for
            name = self._lesson.name
            raise BuildError(f"{name}: {self._target.output} is not there", f"wasmlab build {name}") from None

    @property
    def path(self) -> Path:
        """Where the module is."""
        return self._lesson.root / self._target.output

    @property
    def has_library(self) -> bool:
        """Whether functions of a library are in it, beside those of the lesson."""
        return self._target.toolchain != "clang" or self._target.system == "wasi"

    def is_own(self, file: str) -> bool:
        """Return whether what debug information calls so is one of the lesson's files, a header as well."""
        from wasmlab.traps.writing import source_lines

        return bool(source_lines(self._lesson.root, file))

    @cached_property
    def _hosts(self) -> Hosts:
        return with_pointers(self.module, self._target.imports)

    @cached_property
    def _instance(self) -> Instance:
        return self._session.open(self.wasm, self._hosts)

    def _made(self, name: str, values: tuple[Value, ...]) -> RoundTrip:
        if "_instance" in self.__dict__:
            return self._instance.call(name, values)
        self._instance, trip = open_and_call(self._session, self.wasm, self._hosts, (name, values))
        return trip

    def call(self, name: str, *args: Number | None) -> Answer:
        """Call the export `name` with plain numbers.

        Raises:
            CallRefused: there is no such function, or the arguments are not of its types.
            EnginesDisagree: an engine in which the check ran before answered otherwise.
        """
        self._begin_call(name, *("null" if value is None else str(value) for value in args))
        signature = signature_of(self.module, name)
        values = read_arguments(signature, ["null" if value is None else str(value) for value in args])
        trip = self._made(name, values)
        self._calls.append((name, values))
        self._note(trip)
        if self._compare is not None:
            self._compare(self._target)(self.wasm, self._calls, trip, self._instance)
        return Answer(trip, lambda: self._why(trip))

    def _why(self, trip: RoundTrip) -> str:
        """Return why a call trapped and where, in one line."""
        if trip.trap is None:
            return ""
        from wasmlab.traps import explain_trap, read_table

        table = read_table(self.wasm, self._lesson.root, [frame.offset for frame in trip.trap.frames])
        return str(explain_trap(table, trip.trap)).partition("\n")[0]

    def run(self, *args: str, stdin: str = "") -> Ended:
        """Run a WASI program from its start to its end, and return what it said.

        Raises:
            CallRefused: it is no program: it exports no `_start`.
        """
        which = ("--target", self._target.name) if len(self._lesson.targets) > 1 else ()
        self._begin_call(*which, behind=("--", *args) if args else ())
        program = Program((self._target.name, *args), stdin.encode())
        trip = self._session.open(self.wasm, program=program).call("_start", [])
        self._note(trip)
        output, trap = trip.output or Output(), trip.trap.kind if trip.trap else None
        code = output.code if trap else output.code or 0
        return Ended(output.stdout, output.stderr, code, output.files, trap, lambda: self._why(trip))

    def _begin_call(self, *words: str, behind: Sequence[str] = ()) -> None:
        """Note the command that does the same once more."""
        again = ("wasmlab", "run", self._lesson.name, *words, "--engine", self.engine, *behind)
        self.notes.begin_call(" ".join(map(quoted, again)))

    def close(self) -> None:
        """Give the instance up: what it holds in its engine serves the next one."""
        self.__dict__.pop("_instance", None)

    def _note(self, trip: RoundTrip) -> None:
        if trip.trap is not None and trip.trap.kind == TIME:
            self.notes.timed_out = True

    def memory(self, start: int, length: int) -> bytes:
        """Return bytes of the exported memory.

        Raises:
            CallRefused: there is no memory, or the range is outside of it.
        """
        return bytes(self._instance.memory(start, length))


def _version(path: Path) -> tuple[str, int, int, int]:
    """Return a file's name, and what is another where the file is."""
    status = path.stat()
    return str(path), status.st_ino, status.st_mtime_ns, status.st_size


@lru_cache(maxsize=4)
def _read(path: str, *_version: int) -> bytes:
    """Read a file: each check is about the same one."""
    return Path(path).read_bytes()


@lru_cache(maxsize=4)
def _module_of(wasm: bytes) -> Module:
    """Read a module's borders: each check is about the same one."""
    return read_module(wasm)
