"""`wasmlab serve`: the course on a port, built anew whenever it changes, until somebody says stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wasmlab import build
from wasmlab.course import Course, find_course
from wasmlab.errors import GOOD, INTERRUPTED, TERMINATED, ManifestError
from wasmlab.serve import keys, ports
from wasmlab.serve.app import App, make_server
from wasmlab.serve.reload import Pages
from wasmlab.serve.site import Site
from wasmlab.serve.terminal import Terminal, prepare_streams
from wasmlab.serve.watch import Watch

_PATIENCE = 3.0
"""So long the first builds may keep the address back; a large lesson takes minutes."""


@dataclass(frozen=True)
class Settings:
    """What the command line says."""

    lesson: str | None = None
    course: Path | None = None
    host: str = ""
    port: int = 8000
    strict_port: bool = False
    open_browser: bool = True
    reloads: bool = True
    isolated: bool = True
    release: bool = False
    toolchain_path: Path | None = None


def serve(settings: Settings) -> int:
    """Serve until `q`, SIGTERM or Ctrl-C; return the exit code.

    Raises:
        CourseMissing, LessonUnknown: there is nothing to serve.
        PortTaken: another port was forbidden, or none is free.
    """
    prepare_streams()
    course = find_course(settings.course, [settings.lesson])
    name = _lesson_name(course, settings.lesson)
    listening = ports.listen(settings.host, settings.port, strict=settings.strict_port)
    return asyncio.run(_Serving(settings, course, name, listening).run())


def _lesson_name(course: Course, wanted: str | None) -> str:
    """Return the wanted lesson's name; one with a broken manifest is served too, to be mended."""
    if wanted is None:
        return ""
    try:
        return course.lesson(wanted).name
    except ManifestError as error:
        return error.path.parent.name


class _Serving:
    """One run of the command: the site, its server, its watch, the keyboard."""

    def __init__(self, settings: Settings, course: Course, lesson: str, listening: ports.Listening) -> None:
        self.settings = settings
        self.lesson = lesson
        self.listening = listening
        self.terminal = Terminal()
        options = build.Options("release" if settings.release else "debug", settings.toolchain_path)
        self.site = Site(course, options, reloads=settings.reloads, isolated=settings.isolated)
        self.pages = Pages()
        self.tasks: set[asyncio.Task[Any]] = set()

    async def run(self) -> int:
        """Serve until the end, and leave nothing running behind."""
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        server = make_server(App(self.site, self.terminal, self.pages, self.listening.doors))
        server.add_sockets(self.listening.sockets)
        # Pages hear of a change before it is printed.
        self.site.listeners += [self.pages, self.terminal]
        try:
            with keys.listening(self._on_key) as has_keys, self._signals():
                self._start(self._begin(has_keys))
                return await self.ended
        finally:
            self.site.close()
            server.stop()
            for task in self.tasks:
                task.cancel()

    async def _begin(self, has_keys: bool) -> None:
        self._say_where()
        for error in self.site.course.broken.values():
            self.terminal.failed(error)
        self._start(Watch(self.site, self._warn).run())
        building = self._start(self.site.build_all([self.lesson] if self.lesson else []))
        await asyncio.wait({building}, timeout=_PATIENCE)
        if busy := self.site.busy():
            self.terminal.line(f"still building {', '.join(busy)}: its page comes when that is done")
        self._say_urls(has_keys)
        if self.settings.open_browser:
            self._open()

    def _start(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) and not self.ended.done():
            self.ended.set_exception(error)

    # What is said

    def _say_where(self) -> None:
        course = self.site.course
        if course.is_copy:
            own = "wasmlab new course DIR makes one of your own"
            self.terminal.line(f"no lesson here: serving the copy in {course.root} ({own})")
        if not (course.lessons or course.broken):
            self.terminal.line(f"{course.root} holds no lesson yet")

    def _say_urls(self, has_keys: bool) -> None:
        port, wanted = self.listening.port, self.settings.port
        if wanted and port != wanted:
            self.terminal.line(f"port {wanted} is in use, {port} is free")
        up_to_date = sum(1 for name, state in self.site.states.items() if state.ok)
        lessons = "lesson is" if up_to_date == 1 else "lessons are"
        if not self.lesson:
            self.terminal.line(f"{up_to_date} of {len(self.site.states)} {lessons} ready")
        self.terminal.line(f"Local:   {self.url}")
        if self.listening.lan_url:
            self._say_lan()
        if has_keys:
            self.terminal.line("Keys:    r rebuild, o open, u URL, h help, q quit")
        else:
            self.terminal.line("Ctrl-C stops the server.")

    def _say_lan(self) -> None:
        import io

        import segno

        url = self.listening.lan_url + self._page
        drawn = io.StringIO()
        segno.make(url, error="l").terminal(out=drawn, compact=True, border=2)
        self.terminal.line(f"Network: {url}  (whoever is in this network can read the course)")
        self.terminal.line(drawn.getvalue())

    @property
    def url(self) -> str:
        """The page that is opened: the lesson's, or the course's."""
        return self.listening.local_url + self._page

    @property
    def _page(self) -> str:
        from urllib.parse import quote

        return f"{quote(self.lesson)}/" if self.lesson else ""

    def _warn(self, text: str) -> None:
        self.terminal.line(f"warning: {text}", error=True)

    # What a person does

    def _on_key(self, key: str) -> None:
        match key.lower():
            case "r":
                self._start(self._rebuild())
            case "o":
                self._open()
            case "u":
                self.terminal.line(
                    self.listening.lan_url + self._page if self.listening.lan_url else self.url
                )
            case "h" | "?":
                self.terminal.line("r rebuild everything   o open the page   u print the URL   q quit")
            case "q" | "\x04":
                self._end(GOOD)

    async def _rebuild(self) -> None:
        self.terminal.line("rebuilding")
        await self.site.rebuild()

    def _open(self) -> None:
        """Open the page in a thread of its own: a browser in a text terminal keeps its caller waiting."""
        import threading

        threading.Thread(target=_browse, args=(self.url,), name="browser", daemon=True).start()

    def _end(self, code: int) -> None:
        if code != GOOD:
            self.terminal.line("stopped", error=True)
        if not self.ended.done():
            self.ended.set_result(code)

    @contextlib.contextmanager
    def _signals(self) -> Any:
        """End in order at Ctrl-C, at SIGTERM, and when the terminal closes.

        On Windows Ctrl-C is asyncio's own. Elsewhere a shell script that starts us in the background
        has us ignore SIGINT, and then whoever sends it would wait in vain.
        """
        loop = asyncio.get_running_loop()
        names = {}
        if os.name == "posix":
            names = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: TERMINATED, signal.SIGHUP: TERMINATED}
        for name, code in names.items():
            loop.add_signal_handler(name, self._end, code)
        try:
            yield
        finally:
            for name in names:
                loop.remove_signal_handler(name)


def _browse(url: str) -> None:
    """Open the user's browser; not one in this terminal, where there is no screen to open another on."""
    import webbrowser

    has_screen = sys.platform in ("win32", "darwin") or any(map(os.environ.get, _SCREENS))
    if has_screen or os.environ.get("BROWSER"):
        with contextlib.suppress(webbrowser.Error, OSError):
            webbrowser.open(url)


_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "TERMUX_VERSION")
