"""A diagram of a run in a page is made from that run, and a stale one is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PAGE = """# A page

```mermaid
%% wasmlab run minimal-demo add_and_log {args}
sequenceDiagram
  JS->>W: something else
```

```mermaid
sequenceDiagram
  A->>B: drawn by hand
```
"""
DRAWN = """```mermaid
%% wasmlab run minimal-demo add_and_log 5 8
sequenceDiagram
  participant JS as JavaScript
  participant W as WebAssembly
  JS->>W: add_and_log(5, 8)
  W->>JS: env.js_log(13)
  JS-->>W: returns nothing
  W-->>JS: returns 13
```
"""

Run = Callable[..., Any]


@pytest.fixture
def shown(course_copy: Path) -> Path:
    """Return a page of the course whose diagram shows something else than its run."""
    path = course_copy / "docs" / "page.md"
    path.parent.mkdir()
    path.write_text(PAGE.format(args="5 8"), encoding="utf-8")
    return path


def test_a_stale_diagram_is_named_and_made_anew(shown: Path, run_cli: Run) -> None:
    assert run_cli("dev", "regen", "--check").stderr.splitlines()[0] == "error: out of date: docs/page.md"
    assert run_cli("dev", "regen").stdout == "wrote docs/page.md\n"
    text = shown.read_text(encoding="utf-8")
    assert DRAWN in text
    assert "A->>B: drawn by hand" in text
    assert run_cli("dev", "regen", "--check").exit_code == 0


def test_a_diagram_follows_the_c_file(shown: Path, run_cli: Run, lesson_copy: Path) -> None:
    run_cli("dev", "regen")
    source = lesson_copy / "c" / "add_and_log.c"
    source.write_text(source.read_text(encoding="utf-8").replace("a + b", "a - b"), encoding="utf-8")
    assert "docs/page.md" in run_cli("dev", "regen", "--check").stderr
    assert shown.exists()


def test_a_run_that_cannot_be_made_is_one_line(shown: Path, run_cli: Run) -> None:
    shown.write_text(PAGE.format(args="five 8"), encoding="utf-8")
    done = run_cli("dev", "regen")
    assert done.exit_code == 2
    assert done.stderr.startswith("error: 'five' is not a number of type i32")


def test_the_record_has_its_page_and_its_picture(shown: Path, run_cli: Run) -> None:
    reference = shown.parent / "reference"
    reference.mkdir()
    run_cli("dev", "regen")
    text = (reference / "round-trip.md").read_text(encoding="utf-8")
    assert '"name": "env.js_log",' in text
    assert "| `microseconds` | number |" in text
    assert "add_and_log(5, 8)" in (reference / "round-trip.svg").read_text(encoding="utf-8")
