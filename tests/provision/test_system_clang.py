"""The system's own clang: found with its linker, got by the system's package manager, or told how."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wasmlab.errors import DownloadFailed
from wasmlab.provision import system_clang
from wasmlab.provision.system import install_text


def _program(folder: Path, name: str, says: str = "") -> None:
    (folder / name).write_text(f"#!/bin/sh\necho '{says}'\n", encoding="utf-8")
    (folder / name).chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")
def test_it_is_found_with_its_linker_and_not_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert system_clang.find().problem == "clang and wasm-ld are not on PATH"
    _program(tmp_path, "clang", "Debian clang version 14.0.6")
    assert system_clang.find().problem == "wasm-ld is not on PATH"
    _program(tmp_path, "wasm-ld")
    found = system_clang.find()
    assert (found.ok, found.version, found.path) == (True, "14.0.6", str(tmp_path / "clang"))


def test_setup_says_what_it_will_change_and_lets_the_package_manager_do_it(
    apt: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = apt()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    packages = "clang lld wasi-libc libclang-rt-dev-wasm32"
    assert system_clang.plan().endswith(f"apt-get install -y --no-install-recommends {packages}")
    said: list[str] = []
    system_clang.get(said.append)
    assert made.calls() == ["update", f"install -y --no-install-recommends {packages}"]


def test_what_the_manager_refuses_is_told_with_what_to_type(
    apt: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    apt(exit_code=100)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(DownloadFailed) as caught:
        system_clang.get(lambda _line: None)
    assert caught.value.hint == install_text("system-clang")


def test_where_no_manager_is_known_the_plan_names_what_a_person_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert system_clang.plan() == "nothing, for only you can: install clang and lld, and put them on PATH"
    with pytest.raises(DownloadFailed, match="package manager"):
        system_clang.get(lambda _line: None)
