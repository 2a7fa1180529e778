"""One module at work in a worker of a page."""

from __future__ import annotations

import base64
import weakref
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from wasmlab.engines import bridge
from wasmlab.engines.batches import Call
from wasmlab.engines.border import (
    check_range,
    memory_name,
    memory_trap,
    needs_parts,
    refuse_element,
    refuse_values,
    refuse_write,
    signature_of,
)
from wasmlab.engines.browser.answers import crossing_of, output_of, trap_of
from wasmlab.engines.browser.consulting import bits_of
from wasmlab.engines.browser.memory_limit import bound_memory
from wasmlab.engines.browser.opening import opening_message, shape_message
from wasmlab.engines.contract import OPENING, Hosts, Program
from wasmlab.engines.hosting import answer_imports
from wasmlab.engines.module_parts import Parts, read_parts
from wasmlab.engines.trap_kinds import TIME
from wasmlab.engines.wasi.interface import uses_wasi
from wasmlab.errors import CallRefused, ModuleUnreadable, ToolBroken
from wasmlab.roundtrip import Crossing, Output, RoundTrip, Value
from wasmlab.signature import Signature
from wasmlab.wasmfile import Module

if TYPE_CHECKING:
    from wasmlab.engines.browser.session import BrowserSession


class BrowserInstance:
    """A module in a worker; a new worker takes over when the old one has been ended."""

    def __init__(
        self,
        session: BrowserSession,
        wasm: bytes,
        shape: Module,
        hosts: Hosts | None,
        program: Program | None,
        first: Call | None = None,
    ) -> None:
        """Open the module; where that works, make the `first` call with it in the same order."""
        self.session = session
        self.wasm = wasm
        self.shape = shape
        self.hosts = hosts
        self.program = (program or Program()) if uses_wasi(shape.imports) else None
        self.bounded, self.longer = bound_memory(wasm, session.limits.memory)
        self.first: RoundTrip | None = None
        self._renew(first)

    @cached_property
    def parts(self) -> Parts:
        """The types of the globals, tables and memories."""
        return read_parts(self.wasm)

    def _renew(self, first: Call | None = None) -> None:
        self.id = 0
        if trap := memory_trap(self.shape, self.session.limits):
            crossings = (Crossing("call", OPENING, (), 0), Crossing("trap", OPENING, (), 0))
            output = Output() if self.program else None
            self.opening = RoundTrip(self.session.name, OPENING, crossings, (), trap, output=output)
            return
        answers = answer_imports(self.shape, self.hosts)
        self.functions = [answers[needed.full_name] for needed in self.shape.imports if needed.kind == "func"]
        parts = self.parts if needs_parts(self.shape) else Parts()
        self.id = self.session.new_id()
        self.session.consulting.register(self.id, self.functions)
        opening = opening_message(
            self.id,
            self.bounded,
            self.shape,
            self.functions,
            parts,
            self.hosts,
            self.program,
            self.session.limits,
        )
        weakref.finalize(self, self.session.forget, self.id)
        then = self._calling(*first) if first else None
        order = {"do": "open", "opening": opening, **({"then": then} if then else {})}
        outcome = self.session.order(self.id, order, 2 if then else 1)
        if refused := outcome.get("refused"):
            self._refuse(refused, outcome["error"]["message"])
        self.opening = self._trip(OPENING, (), (), outcome)
        if first and "then" in outcome:
            name, args = first
            results = signature_of(self.shape, name).results
            self.first = self._trip(name, tuple(args), results, outcome["then"])

    def _refuse(self, step: str, why: str) -> None:
        why = why.removeprefix("WebAssembly.Module(): ").removeprefix("WebAssembly.Instance(): ")
        if step == "compile":
            raise ModuleUnreadable(f"not a valid module: {why}", "build it again")
        raise CallRefused(f"the module cannot be linked: {why}", "mend its imports")

    def call(self, name: str, args: Sequence[Value]) -> RoundTrip:
        """Call the export `name`; see the contract."""
        request = self._calling(name, args)
        return self._called(name, signature_of(self.shape, name).results, args, request)

    def _calling(self, name: str, args: Sequence[Value]) -> dict[str, Any]:
        signature = signature_of(self.shape, name)
        refuse_values(signature, name, args)
        shape = shape_message(signature, bridge.into_module)
        return {"do": "call", "name": name, "shape": shape, "args": [bits_of(value) for value in args]}

    def call_each(self, calls: Sequence[Call]) -> list[RoundTrip]:
        """Call exports one after the other; see `batches`."""
        for name, args in calls:
            refuse_values(signature_of(self.shape, name), name, args)
        signatures = {name: signature_of(self.shape, name) for name, _ in calls}
        shapes = {name: shape_message(each, bridge.into_module) for name, each in signatures.items()}
        trips: list[RoundTrip] = []
        while len(trips) < len(calls):  # what the clock ends takes the instance with it: go on with another
            self._stand()
            if self.opening.trap:
                return [*trips, *(self.call(name, args) for name, args in calls[len(trips) :])]
            left = calls[len(trips) :]
            sent = [[name, [bits_of(value) for value in args]] for name, args in left]
            outcome = self._ask({"do": "calls", "shapes": shapes, "calls": sent}, len(left))
            for (name, args), each in zip(left, outcome.get("each", [outcome]), strict=False):
                trips.append(self._trip(name, tuple(args), signatures[name].results, each))
        return trips

    def call_element(self, table: str, index: int, signature: Signature, args: Sequence[Value]) -> RoundTrip:
        """Call an element of a table; see the contract."""
        name = f"{table}[{index}]"
        space = refuse_element(self.parts, table, index, signature)
        refuse_values(signature, name, args)
        place = Value("i64" if space.wide else "i32", index)
        with_place = bridge.as_bits(Signature((*signature.params, place.type), signature.results))
        shape = {
            "params": with_place.params,
            "results": with_place.results,
            "bridge": _text(bridge.into_table(signature, wide=space.wide)),
        }
        bits = [bits_of(value) for value in (*args, place)]
        request = {"do": "element", "table": table, "shape": shape, "args": bits}
        return self._called(name, signature.results, args, request)

    def _called(
        self, name: str, results: tuple[str, ...], args: Sequence[Value], request: dict[str, Any]
    ) -> RoundTrip:
        self._stand()
        if self.opening.trap:
            output = self.opening.output and Output()
            crossings = self.opening.crossings
            return RoundTrip(self.session.name, name, crossings, (), self.opening.trap, output=output)
        return self._trip(name, tuple(args), results, self._ask(request))

    def memory(self, start: int, length: int) -> bytes:
        """Read the memory; see the contract."""
        self._need_memory()
        outcome = self._look({"do": "read", "start": max(start, 0), "length": max(length, 0)})
        check_range(start, length, outcome["size"])
        return base64.b64decode(outcome["bytes"])

    def write_memory(self, start: int, data: bytes) -> None:
        """Write into the memory; see the contract."""
        self._need_memory()
        sent = _text(data) if start >= 0 else ""
        outcome = self._look({"do": "write", "start": max(start, 0), "bytes": sent})
        check_range(start, len(data), outcome["size"])

    def _need_memory(self) -> None:
        if not any(needed.kind == "memory" for needed in self.shape.imports):
            memory_name(self.shape)

    def read_global(self, name: str) -> Value:
        """Read an exported global; see the contract."""
        part = self.parts.global_type(name)
        return self._global("get", name, part.type, mutable=part.mutable)

    def write_global(self, name: str, value: Value) -> None:
        """Change an exported global; see the contract."""
        refuse_write(self.parts, name, value)
        self._global("set", name, value.type, mutable=True, value=bits_of(value))

    def _global(
        self, do: str, name: str, type: str, *, mutable: bool, value: int | str | None = None
    ) -> Value:
        wasm = _text(bridge.into_global(type, mutable=mutable))
        bits = bridge.as_bits(Signature((type,), ())).params[0]
        outcome = self._look({"do": do, "name": name, "bridge": wasm, "type": bits, "value": value})
        return Value(type, int(outcome["results"][0]))

    def table_size(self, name: str) -> int:
        """Return an exported table's size; see the contract."""
        self.parts.table_type(name)
        return int(self._look({"do": "size", "name": name})["size"])

    def _look(self, request: dict[str, Any]) -> dict[str, Any]:
        self._stand()
        if self.opening.trap:
            raise CallRefused("the module did not start", f"it ended in a trap: {self.opening.trap.kind}")
        outcome = self._ask(request)
        if "error" in outcome:
            raise ToolBroken(f"{self.session.name}: {outcome['error']['message']}", "run the command again")
        return outcome

    def _ask(self, request: dict[str, Any], calls: int = 1) -> dict[str, Any]:
        outcome = self.session.order(self.id, request, calls)
        if outcome.get("error", {}).get("name") == "Gone":  # with a browser that had to be ended
            self._renew()
            outcome = self.session.order(self.id, request, calls)
        return outcome

    def _stand(self) -> None:
        """Make a new instance where the last one was ended by the clock."""
        if not self.id and not (self.opening.trap and self.opening.trap.kind != TIME):
            self._renew()

    def _trip(
        self, name: str, args: tuple[Value, ...], types: tuple[str, ...], outcome: dict[str, Any]
    ) -> RoundTrip:
        results = tuple(
            Value(type, int(bits)) for type, bits in zip(types, outcome.get("results", ()), strict=False)
        )
        trap = trap_of(outcome["error"], self.wasm, self.longer) if "error" in outcome else None
        crossings = [crossing_of(self.functions, *given) for given in outcome.get("crossings", ())]
        if trap and trap.kind == TIME:
            self.id = 0
        milliseconds = outcome.get("milliseconds", self.session.limits.seconds * 1000)
        return RoundTrip(
            self.session.name,
            name,
            (
                Crossing("call", name, args, 0),
                *crossings,
                Crossing("trap" if trap else "return", name, results, 0, milliseconds * 1000),
            ),
            results,
            trap,
            milliseconds / 1000,
            outcome.get("missed", 0),
            outcome.get("hash", ""),
            output_of(outcome) if self.program else None,
        )


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
