"""`wasmlab doctor`: what is here, what is missing, and how to get it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wasmlab.provision.doctor import exit_code, to_lines
from wasmlab.provision.parts import PARTS, Finding


def test_it_looks_at_everything_that_wasmlab_uses(run_cli: Any) -> None:
    report = json.loads(run_cli("doctor", "--json").stdout)
    names = [part["name"] for part in report["parts"]]
    assert names == ["python", "clang", "wasi-libc", "wasmtime", *PARTS, "cache", "course"]


def test_what_is_here_has_a_version_or_a_path(run_cli: Any) -> None:
    report = json.loads(run_cli("doctor", "--json").stdout)
    assert [p["name"] for p in report["parts"] if p["ok"] and not (p["version"] or p["path"])] == []


def test_its_exit_code_agrees_with_what_it_says(run_cli: Any) -> None:
    done = run_cli("doctor", "--json")
    assert done.exit_code == (0 if json.loads(done.stdout)["ok"] else 4)


def test_a_missing_compiler_is_named_with_the_command_that_gets_it(
    run_cli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WASMLAB_CLANG", "/no/such/clang")
    done = run_cli("doctor")
    assert done.exit_code == 4
    line = next(line for line in done.stdout.splitlines() if " clang " in line)
    assert line.startswith("MISSING")
    assert "clang missing" in done.stdout.replace(",", "")


def test_a_cache_that_cannot_be_written_is_found_out(
    run_cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("WASMLAB_CACHE", str(tmp_path / "file"))
    done = run_cli("doctor")
    assert (done.exit_code, "set WASMLAB_CACHE" in done.stdout) == (4, True)


def test_a_broken_manifest_is_shown(run_cli: Any, lesson_copy: Path) -> None:
    (lesson_copy / "lesson.toml").write_text("format = 2\n", encoding="utf-8")
    done = run_cli("doctor")
    assert (done.exit_code, "lesson.toml" in done.stdout) == (4, True)


def test_what_is_not_needed_may_be_missing() -> None:
    findings = [Finding("node", False, "types", needed=False, problem="none", remedy="wasmlab setup node")]
    assert exit_code(findings) == 0
    assert to_lines(findings)[-1] == "everything that is needed is here"


def test_features_are_tried_where_they_are_asked_for(run_cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wasmlab.provision.features.ENGINES", {"wasmtime": ""})
    monkeypatch.setattr("wasmlab.provision.features.OPTIONAL", {})
    found = json.loads(run_cli("doctor", "--features", "--json").stdout)["features"]
    assert (found["wasmtime"]["simd"], found["wasmtime"]["jspi"]) == (True, False)
    assert "simd                 yes" in run_cli("doctor", "--features").stdout
    assert "features" not in json.loads(run_cli("doctor", "--json").stdout)
