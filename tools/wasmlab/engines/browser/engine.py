"""Chromium and Firefox as entries of the dict of engines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from wasmlab.engines.batches import Call
from wasmlab.engines.browser.instance import BrowserInstance
from wasmlab.engines.browser.places import find_browser
from wasmlab.engines.browser.session import BrowserSession
from wasmlab.engines.browser.starting import Running, launch
from wasmlab.engines.contract import Found, Hosts, Limits, Program
from wasmlab.roundtrip import RoundTrip, Value
from wasmlab.signature import Signature

if TYPE_CHECKING:
    from playwright.sync_api import Playwright


class BrowserEngine:
    """One browser; it is driven from a thread of its own.

    Playwright's plain interface refuses to work in a thread that has an event loop, or another
    Playwright, running: a notebook, or a test that drives a page.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def find(self) -> Found:
        """Return the browser; see the contract."""
        return find_browser(self.name)

    @contextmanager
    def start(self, limits: Limits) -> Iterator[ThreadedSession]:
        """Start the browser; it ends with the `with` block, whatever state it is in."""
        self.find()
        with ThreadPoolExecutor(1, thread_name_prefix=self.name) as thread:
            owner = thread.submit(_Owner, self.name, limits).result()
            try:
                yield ThreadedSession(owner, thread)
            except BaseException:  # also Ctrl-C: the thread may wait for the browser
                owner.abandon()
                raise
            finally:
                thread.submit(owner.close).result()


class _Owner:
    """The Playwright driver, its browser and its session; made and closed in the same thread."""

    def __init__(self, name: str, limits: Limits) -> None:
        from wasmlab.engines.browser.driver import start_driver

        self.name = name
        self.running: Running | None = None
        self.playwright: Playwright = start_driver()
        self.ends = ExitStack()
        self.ends.callback(self.playwright.stop)
        try:
            self.session = BrowserSession(self._launch, limits)
            self.ends.callback(self.session.close)
        except BaseException:  # whatever it was, the browser must not stay behind
            self.close()
            raise

    def _launch(self) -> Running:
        self.running = launch(self.playwright, self.name)
        return self.running

    def abandon(self) -> None:
        """Free a thread that waits for the browser, by ending the browser."""
        if self.running:
            self.running.kill()

    def close(self) -> None:
        if self.running:
            self.running.close()
        self.ends.close()


class ThreadedSession:
    """A session whose every step is done in the browser's own thread."""

    def __init__(self, owner: _Owner, thread: ThreadPoolExecutor) -> None:
        self._session = owner.session
        self._thread = thread
        self.name = owner.session.name
        self.version = owner.session.version

    def open(
        self, wasm: bytes, hosts: Hosts | None = None, program: Program | None = None
    ) -> ThreadedInstance:
        """Compile and instantiate; see the contract."""
        work = self._thread.submit(self._session.open, wasm, hosts, program)
        return ThreadedInstance(work.result(), self._thread)

    def open_and_call(
        self, wasm: bytes, hosts: Hosts | None, call: Call
    ) -> tuple[ThreadedInstance, RoundTrip]:
        """Open a module and call an export in one order; see `batches`."""
        instance, trip = self._thread.submit(self._session.open_and_call, wasm, hosts, call).result()
        return ThreadedInstance(instance, self._thread), trip

    def probe(self, feature: str) -> bool:
        """Ask JavaScript for a feature; see the contract."""
        return self._thread.submit(self._session.probe, feature).result()


class ThreadedInstance:
    """An instance whose every step is done in the browser's own thread."""

    def __init__(self, instance: BrowserInstance, thread: ThreadPoolExecutor) -> None:
        self._instance = instance
        self._thread = thread

    @property
    def opening(self) -> RoundTrip:
        """The round trip of the instantiation."""
        return self._instance.opening

    def call(self, name: str, args: Sequence[Value]) -> RoundTrip:
        """Call an export; see the contract."""
        return self._thread.submit(self._instance.call, name, args).result()

    def call_each(self, calls: Sequence[Call]) -> list[RoundTrip]:
        """Call exports one after the other; see `batches`."""
        return self._thread.submit(self._instance.call_each, calls).result()

    def memory(self, start: int, length: int) -> bytes:
        """Read the exported memory; see the contract."""
        return self._thread.submit(self._instance.memory, start, length).result()

    def write_memory(self, start: int, data: bytes) -> None:
        """Write into the memory; see the contract."""
        self._thread.submit(self._instance.write_memory, start, data).result()

    def read_global(self, name: str) -> Value:
        """Read an exported global; see the contract."""
        return self._thread.submit(self._instance.read_global, name).result()

    def write_global(self, name: str, value: Value) -> None:
        """Change an exported global; see the contract."""
        self._thread.submit(self._instance.write_global, name, value).result()

    def table_size(self, name: str) -> int:
        """Return an exported table's size; see the contract."""
        return self._thread.submit(self._instance.table_size, name).result()

    def call_element(self, table: str, index: int, signature: Signature, args: Sequence[Value]) -> RoundTrip:
        """Call an element of a table; see the contract."""
        return self._thread.submit(self._instance.call_element, table, index, signature, args).result()
