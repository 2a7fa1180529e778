"""Single keys while the server runs, where stdin is a terminal that is ours to read."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def listening(on_key: Callable[[str], None]) -> Iterator[bool]:
    """Call `on_key` on the event loop for each key; yields False where there is no keyboard."""
    if not sys.stdin or not sys.stdin.isatty():
        yield False
    elif os.name == "nt":
        with _windows(on_key):
            yield True
    elif os.tcgetpgrp(sys.stdin.fileno()) != os.getpgrp():
        yield False  # in the background, touching the terminal would stop us
    else:
        with _posix(on_key):
            yield True


@contextmanager
def _posix(on_key: Callable[[str], None]) -> Iterator[None]:
    """Listen on a descriptor of our own: pytest, which `learn` runs beside us, takes stdin away meanwhile."""
    import termios
    import tty

    terminal = os.dup(sys.stdin.fileno())
    before = termios.tcgetattr(terminal)
    loop = asyncio.get_running_loop()

    def read() -> None:
        data = os.read(terminal, 64)
        if not data:  # the terminal has gone
            loop.remove_reader(terminal)
        for char in data.decode(errors="ignore"):
            on_key(char)

    def take() -> None:
        """Take the terminal, at the start and after Ctrl-Z and `fg`; in the background it is left alone."""
        if os.tcgetpgrp(terminal) == os.getpgrp():
            tty.setcbreak(terminal)
            loop.add_reader(terminal, read)
        else:
            loop.remove_reader(terminal)

    take()
    loop.add_signal_handler(signal.SIGCONT, take)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGCONT)
        loop.remove_reader(terminal)
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
        os.close(terminal)


@contextmanager
def _windows(on_key: Callable[[str], None]) -> Iterator[None]:
    import msvcrt

    loop = asyncio.get_running_loop()
    stop = threading.Event()

    def read() -> None:
        while not stop.wait(0.1):
            while msvcrt.kbhit():  # type: ignore[attr-defined, unused-ignore]
                key = msvcrt.getwch()  # type: ignore[attr-defined, unused-ignore]
                loop.call_soon_threadsafe(on_key, key)

    threading.Thread(target=read, name="keys", daemon=True).start()
    try:
        yield
    finally:
        stop.set()
