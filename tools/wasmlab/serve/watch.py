"""Hears of saved files within a few milliseconds, and looks for itself where nothing was said.

The operating system's word is fast but not certain: watchfiles may drop a change that falls between
reading its set and clearing it, a new folder may be filled before it is watched, a deleted one takes
its watch along, and some network drives tell nothing at all. So after every change, and once a second, the
folders are compared with what was last seen of them.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from wasmlab.serve import files

STEP_MS = 2
"""watchfiles looks for news this often, and takes it when a step passes without more."""
DEBOUNCE_MS = 40
"""However long a burst lasts, its news are taken after this."""
LOOK_EVERY = 1.0
LOOK_AGAIN = 0.1
_LOOK_SHARE = 20  # a look may take one part in so many of the time: a huge course is looked at less often


class Watched(Protocol):
    """What is watched: `seen` is what is known of its files already."""

    @property
    def root(self) -> Path:
        """The folder that holds all the others."""

    @property
    def seen(self) -> Mapping[str, files.Signature]:
        """The files by their paths, each as it was last seen."""

    def folders(self) -> list[Path]:
        """Return the folders to watch; they may come and go."""

    def changed(self, paths: Iterable[str]) -> None:
        """Hear of files that may have changed."""


class Watch:
    """Watches a site's folders until it is stopped; everything it learns goes to `site.changed`."""

    def __init__(self, site: Watched, warn: Callable[[str], None]) -> None:
        self._site = site
        self._warn = warn
        self._stop = threading.Event()
        self._news = asyncio.Event()
        self._watched: dict[Path, int] = {}

    async def run(self) -> None:
        """Watch until cancelled."""
        loop = asyncio.get_running_loop()
        pause = LOOK_EVERY
        try:
            while True:
                self._follow(loop)
                await self._wait(pause)
                start = time.monotonic()
                found = await loop.run_in_executor(None, files.look, self._site.root, self._site.folders())
                pause = max(LOOK_EVERY, _LOOK_SHARE * (time.monotonic() - start))
                self._site.changed(self._differences(found))
        finally:
            self._stop.set()

    async def _wait(self, pause: float) -> None:
        """Wait for the next look: soon after news, since there may be more that nobody told of."""
        try:
            await asyncio.wait_for(self._news.wait(), pause)
        except TimeoutError:
            return
        await asyncio.sleep(LOOK_AGAIN)
        self._news.clear()

    def _differences(self, found: dict[str, files.Signature]) -> list[str]:
        seen = self._site.seen
        return [p for p in {*found, *seen} if found.get(p) != seen.get(p)]

    def _follow(self, loop: asyncio.AbstractEventLoop) -> None:
        """Watch anew where a folder has come or gone, or is another one under its old name."""
        now = {folder: _number(folder) for folder in self._site.folders()}
        if now == self._watched:
            return
        self._stop.set()
        self._stop, self._watched = threading.Event(), now
        if now:
            threading.Thread(
                target=self._listen, args=(loop, list(now), self._stop), name="watch", daemon=True
            ).start()

    def _listen(self, loop: asyncio.AbstractEventLoop, folders: list[Path], stop: threading.Event) -> None:
        import watchfiles

        polling: bool | None = None
        while not stop.is_set():
            try:
                for changes in watchfiles.watch(
                    *folders,
                    watch_filter=self._counts,
                    step=STEP_MS,
                    debounce=DEBOUNCE_MS,
                    stop_event=stop,
                    raise_interrupt=False,
                    force_polling=polling,
                    ignore_permission_denied=True,
                ):
                    self._hand_over(loop, {path for _change, path in changes})
                return
            except FileNotFoundError:
                stop.wait(LOOK_EVERY)  # a folder went before it was watched; `_follow` sees to it
            except (OSError, RuntimeError) as error:
                # The system's watches are used up, or a file's name is no text: look instead of listening.
                if polling is None:
                    loop.call_soon_threadsafe(self._warn, f"changes are looked for, not listened to: {error}")
                polling = True
                stop.wait(0.2)

    def _counts(self, _change: object, path: str) -> bool:
        try:
            return files.counts(Path(path).relative_to(self._site.root).parts)
        except ValueError:
            return False

    def _hand_over(self, loop: asyncio.AbstractEventLoop, paths: set[str]) -> None:
        try:
            loop.call_soon_threadsafe(self._take, paths)
        except RuntimeError:
            self._stop.set()  # the loop has ended

    def _take(self, paths: set[str]) -> None:
        for folder in self._watched.keys() & {Path(path) for path in paths}:
            self._watched[folder] = -1  # it was removed, and its watch with it
        self._site.changed(paths)
        self._news.set()


def _number(folder: Path) -> int:
    try:
        return folder.stat().st_ino
    except OSError:
        return 0
