"""Python for a page: prepared to the byte for this harness, published whole or not at all."""

from __future__ import annotations

import gzip
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from wasmlab.assets import node, python
from wasmlab.build import build_lesson, clean_lesson
from wasmlab.errors import DownloadFailed, ToolBroken
from wasmlab.lesson import load_lesson


def _no_node() -> node.Node:
    raise AssertionError("Node was asked for")


@pytest.fixture
def pyodide(tmp_path: Path) -> Path:
    """Return a copy of what this installation carries."""
    return shutil.copytree(python.PYODIDE, tmp_path / "pyodide")


@pytest.fixture
def other_harness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have the harness be another one than the one that was prepared."""
    folder = shutil.copytree(python.HARNESS, tmp_path / "harness")
    (folder / "events.py").write_text("CHANGED = True\n", encoding="utf-8")
    monkeypatch.setattr(python, "HARNESS", folder)
    return folder


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_this_installation_carries_is_prepared_to_the_byte() -> None:
    assert python.is_prepared()
    assert python.prepare(_no_node) is False


def test_the_picture_of_the_memory_tells_nothing_of_the_machine_that_made_it() -> None:
    memory = gzip.decompress((python.PYODIDE / "snapshot.bin.gz").read_bytes())
    assert b"_=./this.program" in memory
    assert str(python.PYODIDE.parents[1]).encode() not in memory


def test_a_snapshot_that_is_another_one_is_noticed_and_made_again(pyodide: Path) -> None:
    (pyodide / "snapshot.bin.gz").write_bytes(b"another")
    assert not python.is_prepared(pyodide)
    with pytest.raises(AssertionError, match="Node was asked for"):
        python.prepare(_no_node, pyodide)


def test_the_parts_are_published_once_and_again_when_one_is_cut_short(tmp_path: Path) -> None:
    target = tmp_path / "dist" / "python"
    assert python.publish(target)
    assert not python.publish(target)
    (target / "harness.zip").write_bytes(b"half")
    (target / "stranger.txt").write_text("", encoding="utf-8")
    assert python.publish(target)
    index = json.loads((target / "parts.json").read_text(encoding="utf-8"))
    assert _names(target) == {"parts.json", *(file["file"] for file in index["files"])}
    assert "snapshot.bin" in {file["name"] for file in index["files"]}
    assert _names(tmp_path / "dist") == {"python"}


@pytest.mark.usefixtures("other_harness")
def test_another_harness_is_published_as_it_is_and_without_the_snapshot(tmp_path: Path) -> None:
    assert python.publish(tmp_path / "python")
    assert "snapshot.bin.gz" not in _names(tmp_path / "python")
    with zipfile.ZipFile(tmp_path / "python" / "harness.zip") as archive:
        assert archive.read("learner_harness/events.py") == b"CHANGED = True\n"


@pytest.mark.usefixtures("other_harness")
def test_a_python_that_cannot_be_prepared_is_told_and_stays_as_it_was(pyodide: Path) -> None:
    before = {path.name: path.read_bytes() for path in pyodide.iterdir()}
    with pytest.raises(ToolBroken, match="cannot be prepared"):
        python.prepare(node.get, pyodide)
    assert {path.name: path.read_bytes() for path in pyodide.iterdir()} == before


def test_without_pyodide_the_hint_gets_it(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed) as caught:
        python.publish(tmp_path / "python", tmp_path)
    assert caught.value.hint == "wasmlab setup assets"


def test_a_lesson_that_asks_for_python_gets_it_by_its_build_and_loses_it_by_clean(tmp_path: Path) -> None:
    text = 'format = 1\ntitle = "P"\norder = 1\npage = "index.html"\nassets = ["python"]\n'
    (tmp_path / "lesson.toml").write_text(text, encoding="utf-8")
    lesson = load_lesson(tmp_path)
    assert [(result.error, result.fresh) for result in build_lesson(lesson)] == [(None, False)]
    assert [(result.error, result.fresh) for result in build_lesson(lesson)] == [(None, True)]
    assert clean_lesson(lesson) == ["dist/python", "dist/packages"]
    assert _names(tmp_path) == {"lesson.toml"}
