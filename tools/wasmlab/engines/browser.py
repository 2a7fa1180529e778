"""A browser as an engine: modules run in workers of one page, whose every request we answer ourselves."""

from __future__ import annotations

import base64
import json
import threading
import weakref
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wasmlab import wasmfile
from wasmlab.engines import bridge
from wasmlab.engines.border import (
    check_range,
    exported_memory,
    host_answers,
    memory_name,
    memory_trap,
    refuse_values,
    signature_of,
)
from wasmlab.engines.browsers import Running
from wasmlab.engines.contract import KEPT, OPENING, Hosts, Limits
from wasmlab.engines.memory_limit import bound_memory
from wasmlab.engines.module_globals import global_type
from wasmlab.engines.trap_kinds import TIME, kind_of_error, same_for_all
from wasmlab.errors import CallRefused, ModuleUnreadable, ToolBroken
from wasmlab.roundtrip import Crossing, Kind, RoundTrip, StackFrame, Trap, Value, stack_frames
from wasmlab.signature import Signature

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

_PAGE = Path(__file__).parent / "page"
_ADDRESS = "https://wasmlab.invalid/"
_TYPES = {".html": "text/html", ".js": "text/javascript"}
# Isolated, as the development server does it, so that threads are there for modules that want them.
_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# The page ends a call at its limit; so long after it the browser itself has hung, and is ended.
_GRACE = 5.0


class BrowserSession:
    """A page in a started browser; `start` gives the browser, and another one when that has hung."""

    def __init__(self, start: Callable[[], Running], limits: Limits) -> None:
        self._start = start
        self.limits = limits
        self._gone: list[int] = []
        self._ids = count(1)
        self._page: Page | None = None
        self._connect()

    def _connect(self) -> Page:
        running = self._start()
        self.name, self.version, self._running = running.name, running.version, running
        context = running.browser.new_context(service_workers="block")
        context.route("**/*", _answer)
        context.route_web_socket("**/*", lambda _socket: None)
        page = context.new_page()
        page.goto(_ADDRESS)
        page.wait_for_function("globalThis.wasmlab !== undefined")
        self._page = page
        return page

    def open(self, wasm: bytes, hosts: Hosts | None = None) -> BrowserInstance:
        """Compile and instantiate; see the contract."""
        shape = wasmfile.read_module(wasm)
        host_answers(shape.imports, hosts)
        return BrowserInstance(self, wasm, shape, hosts)

    def new_id(self) -> int:
        """Return a number for an instance; none is used twice, even when the page has to be made anew."""
        return next(self._ids)

    def order(self, id: int, request: dict[str, Any]) -> dict[str, Any]:
        """Let the page do `request` with the instance `id` and return its outcome."""
        from playwright.sync_api import Error

        page = self._page if self._page and self._running.browser.is_connected() else self._connect()
        gone, self._gone = self._gone, []
        sent = {"id": id, "request": request, "milliseconds": self.limits.seconds * 1000, "gone": gone}
        watchdog = threading.Timer(self.limits.seconds + _GRACE, self._running.kill)
        watchdog.start()
        try:
            # As text: the driver takes thousands of crossings apart one by one, for seconds.
            said = page.evaluate("async sent => JSON.stringify(await wasmlab(sent))", sent)
            outcome: dict[str, Any] = json.loads(said)
        except Error as error:
            self._page = None
            if self._running.browser.is_connected():
                raise ToolBroken(f"{self.name} gives no answer: {error.message}", "wasmlab doctor") from error
            return {"error": {"name": "TimeLimit", "message": f"{self.name} hung and was ended", "stack": ""}}
        finally:
            watchdog.cancel()
        return outcome

    def forget(self, id: int) -> None:
        """Give up an instance; its worker ends with the next order."""
        self._gone.append(id)

    def close(self) -> None:
        """Close the page; the browser is not ours to close."""
        from playwright.sync_api import Error

        if self._page is not None:
            page, self._page = self._page, None
            try:
                page.context.close()
            except Error:
                return


def _answer(route: Route) -> None:
    """Give the page its own files, and refuse whatever else it asks for."""
    from playwright.sync_api import Error

    name = route.request.url.removeprefix(_ADDRESS) or "index.html"
    path = _PAGE / name
    known = name in {entry.name for entry in _PAGE.iterdir()}
    try:
        if known:
            headers = {**_HEADERS, "Content-Type": _TYPES[path.suffix]}
            route.fulfill(status=200, headers=headers, body=path.read_text(encoding="utf-8"))
        else:
            route.abort()
    except Error:
        return  # the page has gone meanwhile


class BrowserInstance:
    """A module in a worker; a new worker takes over when the old one has been ended."""

    def __init__(
        self, session: BrowserSession, wasm: bytes, shape: wasmfile.Module, hosts: Hosts | None
    ) -> None:
        self.session = session
        self.wasm = wasm
        self.shape = shape
        self.hosts = hosts
        self.bounded, self.longer = bound_memory(wasm, session.limits.memory)
        self._renew()

    def _renew(self) -> None:
        self.id = 0
        answers = host_answers(self.shape.imports, self.hosts)
        if trap := memory_trap(self.shape, self.session.limits):
            crossings = (Crossing("call", OPENING, (), 0), Crossing("trap", OPENING, (), 0))
            self.opening = RoundTrip(self.session.name, OPENING, crossings, (), trap)
            return
        hosts = [_host(needed, answers[needed.full_name]) for needed in self.shape.imports]
        memory = exported_memory(self.shape)
        opening = {"wasm": _text(self.bounded), "hosts": hosts, "kept": KEPT, "memory": memory}
        self.id = self.session.new_id()
        outcome = self.session.order(self.id, {"do": "open", "opening": opening})
        weakref.finalize(self, self.session.forget, self.id)
        if refused := outcome.get("refused"):
            self._refuse(refused, outcome["error"]["message"])
        self.opening = self._trip(OPENING, (), (), outcome)

    def _refuse(self, step: str, why: str) -> None:
        why = why.removeprefix("WebAssembly.Module(): ").removeprefix("WebAssembly.Instance(): ")
        if step == "compile":
            raise ModuleUnreadable(f"not a valid module: {why}", "build it again")
        raise CallRefused(f"the module cannot be linked: {why}", "mend its imports")

    def call(self, name: str, args: Sequence[Value]) -> RoundTrip:
        """Call the export `name`; see the contract."""
        signature = signature_of(self.shape, name)
        refuse_values(signature, name, args)
        self._stand()
        if self.opening.trap:
            return RoundTrip(self.session.name, name, self.opening.crossings, (), self.opening.trap)
        request = {
            "do": "call",
            "name": name,
            "shape": _shape(signature, bridge.into_module),
            "args": [_bits(value) for value in args],
        }
        return self._trip(name, tuple(args), signature.results, self._ask(request))

    def memory(self, start: int, length: int) -> bytes:
        """Read the exported memory; see the contract."""
        name = memory_name(self.shape)
        outcome = self._look({"do": "memory", "name": name, "start": start, "length": length})
        check_range(start, length, outcome["size"])
        return base64.b64decode(outcome["bytes"])

    def read_global(self, name: str) -> Value:
        """Read an exported global; see the contract."""
        type = global_type(self.wasm, name)
        outcome = self._look({"do": "global", "name": name, "type": type})
        return Value(type, int(outcome["results"][0])).plain_nan()  # JavaScript keeps no other

    def _look(self, request: dict[str, Any]) -> dict[str, Any]:
        self._stand()
        if self.opening.trap:
            raise CallRefused("the module did not start", f"it ended in a trap: {self.opening.trap.kind}")
        outcome = self._ask(request)
        if "error" in outcome:
            raise ToolBroken(f"{self.session.name}: {outcome['error']['message']}", "run the command again")
        return outcome

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        outcome = self.session.order(self.id, request)
        if outcome.get("error", {}).get("name") == "Gone":  # with a browser that had to be ended
            self._renew()
            outcome = self.session.order(self.id, request)
        return outcome

    def _stand(self) -> None:
        """Make a new instance where the last one was ended by the clock."""
        if not self.id and not (self.opening.trap and self.opening.trap.kind != TIME):
            self._renew()

    def _trip(
        self, name: str, args: tuple[Value, ...], types: tuple[str, ...], outcome: dict[str, Any]
    ) -> RoundTrip:
        results = tuple(
            _value(type, bits) for type, bits in zip(types, outcome.get("results", ()), strict=False)
        )
        trap = self._trap(outcome["error"]) if "error" in outcome else None
        crossings = [self._crossing(*given) for given in outcome.get("crossings", ())]
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
        )

    def _crossing(
        self, host: int, back: bool, bits: list[int | str], depth: int, milliseconds: float
    ) -> Crossing:
        needed = self.shape.imports[host]
        signature = needed.signature or Signature((), ())
        types = signature.results if back else signature.params
        values = tuple(_value(type, one) for type, one in zip(types, bits, strict=True))
        kind: Kind = "host return" if back else "host call"
        return Crossing(kind, needed.full_name, values, depth, milliseconds * 1000)

    def _trap(self, error: dict[str, str]) -> Trap:
        if error["name"] == "TimeLimit":
            return Trap(TIME, error["message"])
        stack = "\n".join(line for line in error["stack"].splitlines() if bridge.BRIDGE not in line)
        frames = tuple(StackFrame(f.index, f.offset - self.longer) for f in stack_frames(stack)[:64])
        kind = same_for_all(kind_of_error(error["name"], error["message"]), self.wasm, frames)
        return Trap(kind, error["message"], frames)


def _host(needed: wasmfile.Import, answers: list[tuple[Value, ...]]) -> dict[str, Any]:
    signature = needed.signature or Signature((), ())
    return {
        "module": needed.module,
        "name": needed.name,
        **_shape(signature, bridge.out_of_module),
        "answers": [[_bits(value) for value in answer] for answer in answers],
    }


def _shape(signature: Signature, make: Callable[[Signature], bytes]) -> dict[str, Any]:
    bits = bridge.as_bits(signature)
    return {
        "params": bits.params,
        "results": bits.results,
        "bridge": _text(make(signature)) if bridge.needs_bridge(signature) else None,
    }


def _bits(value: Value) -> int | str:
    return str(value.bits) if value.type in ("i64", "f64") else value.bits


def _value(type: str, bits: int | str) -> Value:
    return Value(type, int(bits))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
