"""A browser as an engine: modules run in workers of one page."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, Protocol

from wasmlab import wasmfile
from wasmlab.engines.batches import Call
from wasmlab.engines.border import needs_parts, refuse_imports, refuse_values, signature_of
from wasmlab.engines.bounding import bounded
from wasmlab.engines.browser.consulting import Consulting
from wasmlab.engines.browser.instance import BrowserInstance
from wasmlab.engines.browser.page_server import PageServer
from wasmlab.engines.contract import Hosts, Limits, Program
from wasmlab.engines.hosting import answer_imports
from wasmlab.engines.module_parts import read_parts
from wasmlab.errors import CallRefused, EngineLost, UsageError
from wasmlab.roundtrip import RoundTrip

# The page ends a call at its limit; so long after it the browser itself has hung, and is ended.
_GRACE = 5.0
# Looking for a feature may need another worker to start, whatever a module's own limit is.
_PROBING = 30.0


class Lost(Exception):
    """The page is gone, or does not answer."""


class Tab(Protocol):
    """An open page of ours in a browser."""

    def order(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Let the page do something, and return the outcome.

        Raises:
            Lost: the browser was ended meanwhile.
            ToolBroken: it gives no answer.
        """

    def stop_runaways(self) -> None:
        """Make sure that a worker which was ended by the clock does not go on.

        WebKit's does: its process must end, and with it all other instances, which then begin anew.
        """

    def close(self) -> None:
        """Close the page; the browser is not ours to close."""


class Browser(Protocol):
    """A started browser."""

    name: str
    version: str

    @property
    def alive(self) -> bool:
        """Whether it still answers."""

    def open_tab(self, address: str) -> Tab:
        """Open our page in it."""

    def kill(self) -> None:
        """End every process of it, from any thread."""


class BrowserSession:
    """A page in a started browser; `start` gives the browser, and another one when that has hung."""

    def __init__(self, start: Callable[[], Browser], limits: Limits) -> None:
        if limits.fuel is not None:
            raise UsageError("no browser counts instructions", "leave the limit of fuel to wasmtime")
        self._start = start
        self.limits = limits
        self.consulting = Consulting(limits.seconds + _GRACE)
        self._gone: list[int] = []
        self._ids = count(1)
        self._tab: Tab | None = None
        self._server = PageServer(self.consulting.reply)
        try:
            self._connect()
        except BaseException:  # Ctrl-C too: the port must not stay taken
            self._server.close()
            raise

    def _connect(self) -> Tab:
        running = self._start()
        self.name, self.version, self._running = running.name, running.version, running
        self._tab = running.open_tab(self._server.address)
        return self._tab

    def open(
        self, wasm: bytes, hosts: Hosts | None = None, program: Program | None = None
    ) -> BrowserInstance:
        """Compile and instantiate; see the contract."""
        return BrowserInstance(self, wasm, _shape(wasm, hosts), hosts, program)

    def open_and_call(
        self, wasm: bytes, hosts: Hosts | None, call: Call
    ) -> tuple[BrowserInstance, RoundTrip]:
        """Open a module and call an export in one order; see `batches`."""
        shape = _shape(wasm, hosts)
        # What is wrong with the module is told before what is wrong with the call.
        first = call if _fits(shape, call) else None
        instance = BrowserInstance(self, wasm, shape, hosts, None, first)
        return instance, instance.first or instance.call(*call)

    def new_id(self) -> int:
        """Return a number for an instance; none is used twice, even when the page has to be made anew."""
        return next(self._ids)

    def order(self, id: int, request: dict[str, Any], calls: int = 1) -> dict[str, Any]:
        """Let the page do `request`, which is so many calls, with the instance `id`; return its outcome."""
        tab = self._tab if self._tab and self._running.alive else self._connect()
        gone, self._gone = self._gone, []
        seconds = _PROBING if request["do"] == "probe" else self.limits.seconds
        sent = {"id": id, "request": request, "milliseconds": seconds * 1000, "gone": gone}
        hung: list[bool] = []

        def end() -> None:
            hung.append(True)
            self._running.kill()

        try:
            with bounded(seconds * calls + _GRACE, end):
                outcome = tab.order(sent)
                if outcome.get("error", {}).get("name") == "TimeLimit":
                    tab.stop_runaways()
        except Lost as lost:
            self._tab = None
            if not hung:
                raise EngineLost(f"{self.name} has ended by itself", "run the command again") from lost
            return {"error": {"name": "TimeLimit", "message": f"{self.name} hung and was ended", "stack": ""}}
        except BaseException:  # also Ctrl-C: an answer that was not awaited would be taken for the next
            self._tab = None
            raise
        if (failure := self.consulting.failure(id)) is not None:
            raise failure
        return outcome

    def probe(self, feature: str) -> bool:
        """Ask JavaScript for a feature; see the contract."""
        id = self.new_id()
        outcome = self.order(id, {"do": "probe", "name": feature})
        self.forget(id)
        return outcome.get("results") == [1]

    def forget(self, id: int) -> None:
        """Give up an instance; its worker ends with the next order."""
        self._gone.append(id)
        self.consulting.forget(id)

    def close(self) -> None:
        """Close the page; the browser is not ours to close."""
        self._server.close()
        if self._tab is not None:
            tab, self._tab = self._tab, None
            tab.close()


def _fits(shape: wasmfile.Module, call: Call) -> bool:
    name, args = call
    try:
        refuse_values(signature_of(shape, name), name, args)
    except CallRefused:
        return False
    return True


def _shape(wasm: bytes, hosts: Hosts | None) -> wasmfile.Module:
    shape = wasmfile.read_module(wasm)
    answer_imports(shape, hosts)
    if needs_parts(shape):
        refuse_imports(shape, read_parts(wasm))
    return shape
