"""Packages for Python in a page are served from the user's cache, as the lesson's lock pins them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from wasmlab import packages
from wasmlab.lesson import load_lesson
from wasmlab.packages import Wheel

CONTENT = b"PK: the bytes of a wheel"
WHEEL = Wheel("six", "1.0", "six-1.0-py3-none-any.whl", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))


def test_what_is_fetched_while_the_server_runs_is_there_at_the_next_look(
    start_server: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "course" / "snakes"
    folder.mkdir(parents=True)
    text = (
        'format = 1\ntitle = "S"\norder = 1\npage = "index.html"\nassets = ["python"]\npackages = ["six"]\n'
    )
    (folder / "lesson.toml").write_text(text, encoding="utf-8")
    (folder / "index.html").write_text("<!doctype html><title>S</title>", encoding="utf-8")
    served = start_server(cwd=folder.parent)
    place = f"snakes/{packages.FOLDER}"
    before = json.loads(served.get(f"{place}/packages.json").body)
    assert (before["allowed"], before["packages"]) == (["six"], {})

    packages.cached(WHEEL).parent.mkdir(parents=True)
    packages.cached(WHEEL).write_bytes(CONTENT)
    packages.write_lock(load_lesson(folder), [WHEEL])
    assert json.loads(served.get(f"{place}/packages.json").body)["packages"]["six"]["here"] is True
    assert served.get(f"{place}/{WHEEL.file}").body == CONTENT
    assert served.get(f"{place}/seven-1.0-py3-none-any.whl").status == 404
