"""Fetching the browser assets: pinned, all or nothing, and only when something is to do."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from wasmlab.assets import fetch, node, python
from wasmlab.errors import DownloadFailed, FolderNotWritable, ToolMissing
from wasmlab.provision.parts import PARTS


@pytest.fixture
def pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a copy of the pins, which the code under test reads instead of ours."""
    folder = tmp_path / "assets"
    shutil.copytree(fetch.HERE, folder, ignore=shutil.ignore_patterns("vendor", ".vendor-*", "__pycache__"))
    monkeypatch.setattr(fetch, "HERE", folder)
    return folder


def _old(folder: Path) -> Path:
    vendor = folder / "vendor"
    vendor.mkdir()
    (vendor / "old.txt").write_text("still good", encoding="utf-8")
    return vendor


def test_what_this_installation_carries_is_current() -> None:
    assert fetch.is_current()


def test_nothing_is_done_when_the_assets_are_current() -> None:
    def no_node() -> node.Node:
        raise AssertionError("Node was asked for")

    assert fetch.fetch(no_node) is False


def test_a_file_that_is_gone_or_cut_short_is_noticed(pins: Path) -> None:
    vendor = pins / "vendor"
    shutil.copytree(fetch.VENDOR, vendor)
    assert fetch.is_current(vendor)
    (vendor / "pyodide" / "pyodide.asm.wasm").write_bytes(b"half")
    assert not fetch.is_current(vendor)


def test_other_pins_make_the_assets_out_of_date(pins: Path) -> None:
    (pins / "package-lock.json").write_text("{}", encoding="utf-8")
    assert not fetch.is_current(fetch.VENDOR)


def test_the_lock_has_an_integrity_for_each_package_and_no_address() -> None:
    lock = json.loads((fetch.HERE / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert [
        name for name, package in packages.items() if not package["integrity"].startswith("sha512-")
    ] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []


@pytest.mark.usefixtures("no_network")
def test_a_fetch_without_a_network_leaves_the_old_assets(pins: Path) -> None:
    vendor = _old(pins)
    with pytest.raises(DownloadFailed) as caught:
        fetch.fetch(node.get, vendor)
    assert "wasmlab setup assets" in caught.value.hint
    assert [path.name for path in pins.glob("*vendor*")] == ["vendor"]
    assert (vendor / "old.txt").read_text(encoding="utf-8") == "still good"


def test_a_package_that_is_not_what_was_pinned_is_refused(pins: Path) -> None:
    """One package alone: the others would be fetched for nothing."""
    lock = json.loads((pins / "package-lock.json").read_text(encoding="utf-8"))
    package = {**lock["packages"]["node_modules/khroma"], "integrity": "sha512-" + "A" * 86 + "=="}
    wanted = {"name": lock["name"], "dependencies": {"khroma": package["version"]}}
    lock["packages"] = {"": wanted, "node_modules/khroma": package}
    (pins / "package.json").write_text(json.dumps(wanted), encoding="utf-8")
    (pins / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    vendor = _old(pins)
    with pytest.raises(DownloadFailed, match="EINTEGRITY"):
        fetch.fetch(node.get, vendor)
    assert (vendor / "old.txt").exists()


def test_a_folder_in_which_nothing_can_be_made_is_named(pins: Path) -> None:
    (pins / "file").write_text("", encoding="utf-8")
    with pytest.raises(FolderNotWritable, match="file"):
        fetch.fetch(node.get, pins / "file" / "vendor")


def test_a_machine_without_node_is_told_what_gets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("WASMLAB_CACHE", str(tmp_path))
    with pytest.raises(ToolMissing) as caught:
        node.find()
    assert caught.value.hint == "wasmlab setup node"


def test_its_small_command_runs_node() -> None:
    argv = [sys.executable, "-m", "wasmlab.assets.node", "node", "--eval", "console.log(6 * 7)"]
    assert subprocess.run(argv, capture_output=True, check=True).stdout.strip() == b"42"


def test_of_two_setups_at_once_the_second_waits_and_finds_everything_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    fetched: list[str] = []

    def fetch_slowly(_find: object) -> None:
        begun.set()
        assert go_on.wait(20)
        fetched.append(threading.current_thread().name)

    monkeypatch.setenv("WASMLAB_CACHE", str(tmp_path))
    monkeypatch.setattr(fetch, "is_current", lambda: bool(fetched))
    monkeypatch.setattr(fetch, "fetch", fetch_slowly)
    monkeypatch.setattr(python, "is_prepared", lambda: True)
    first, second = (
        threading.Thread(target=PARTS["assets"].get, args=(lambda _line: None,), name=name)
        for name in ("first", "second")
    )
    first.start()
    assert begun.wait(20)
    begun.clear()
    second.start()
    assert not begun.wait(0.2)  # it would have begun by now
    go_on.set()
    first.join()
    second.join()
    assert fetched == ["first"]


def test_a_cache_in_which_no_lock_can_be_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("WASMLAB_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(FolderNotWritable, match=r"assets\.lock"):
        PARTS["assets"].get(lambda _line: None)
