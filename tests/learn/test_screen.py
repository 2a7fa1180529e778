"""The screen is the terminal's own, whatever pytest does to stdout; and the keyboard is given back last."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from wasmlab.checks.verdicts import Verdict
from wasmlab.errors import FolderNotWritable
from wasmlab.learn import learning
from wasmlab.learn.checking import Outcome
from wasmlab.learn.notebook import Notebook
from wasmlab.learn.screen import Screen
from wasmlab.lesson import Lesson

posix = pytest.mark.skipif(os.name == "nt", reason="a terminal of POSIX")


@posix
def test_the_size_is_the_terminal_s_while_stdout_is_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import fcntl
    import pty
    import struct
    import termios

    outside, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 70, 0, 0))
    with os.fdopen(inside, "w") as stdout, (tmp_path / "captured").open("w") as captured:
        monkeypatch.setattr("sys.stdout", stdout)
        screen = Screen()
        os.dup2(captured.fileno(), stdout.fileno())
        size = screen.size()
        screen._stream.close()
    assert size == (70, 24)
    os.close(outside)


def test_the_keyboard_is_given_back_when_the_browser_s_driver_has_ended(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Node sets the terminal, as it ends, to what it was as it began: our way of reading keys."""
    done: list[str] = []

    @contextmanager
    def listening(_on_key: Any) -> Iterator[bool]:
        yield True
        done.append("keyboard")

    class Checker(learning.Checker):
        async def close(self) -> None:
            await super().close()
            done.append("driver")

    monkeypatch.setattr(learning.keys, "listening", listening)
    monkeypatch.setattr(learning, "Checker", Checker)
    run = learning._Learning(notebook, notebook.next(), (), once=True)
    asyncio.run(run.run())
    run.screen._stream.close()
    assert done == ["driver", "keyboard"]


def test_a_reset_that_is_refused_is_told(notebook: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_lesson: Lesson) -> None:
        raise FolderNotWritable("c/add_and_log.c cannot be written: Permission denied", "check it")

    monkeypatch.setattr(notebook, "reset", refused)
    run = learning._Learning(notebook, notebook.next(), (), once=True)
    told = run._reset()
    run.screen._stream.close()
    assert told == "error: c/add_and_log.c cannot be written: Permission denied\nhint: check it"


def test_only_checks_of_a_page_need_a_browser(notebook: Notebook) -> None:
    run = learning._Learning(notebook, notebook.next(), (), once=True)
    run.screen._stream.close()
    one = Verdict("minimal-demo", "test_a", "-", "skipped", "A.", message="later")
    page = replace(one, check="test_b", message="a page needs a browser: --engine chromium")
    assert run._after(notebook.next(), Outcome((one, one))) == ""
    assert run._after(notebook.next(), Outcome((one, page))).startswith("1 checks need a browser")


def test_only_what_a_build_makes_is_not_watched(notebook: Notebook) -> None:
    lesson, news = notebook.next(), list[int]()
    folder = learning._Folder(notebook.course.root, lesson, lambda: news.append(1))
    for name, heard in {"dist/made.wasm": 0, "distance.c": 1, "dist.txt": 2}.items():
        (lesson.root / name).parent.mkdir(exist_ok=True)
        (lesson.root / name).write_text("x", encoding="utf-8")
        folder.changed(())
        assert len(news) == heard, name


def test_no_compiler_is_waited_for_at_the_end() -> None:
    checker = learning.Checker(())
    asyncio.run(checker.close())
    assert checker._options.group.stopped
