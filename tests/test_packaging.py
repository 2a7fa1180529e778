"""The wheel: the lessons, the docs and every browser asset, and nothing that a build has left."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.request
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from wasmlab.course import course_files

REPOSITORY = Path(__file__).parents[1]


def _run(*argv: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(argv, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return done.stdout.decode()


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel that the checkout builds; `WASMLAB_WHEEL` names one that it has just built."""
    if made := os.environ.get("WASMLAB_WHEEL"):
        return Path(made)
    place = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place), cwd=REPOSITORY)
    return next(place.glob("*.whl"))


@pytest.fixture(scope="session")
def names(wheel: Path) -> list[str]:
    """Return the names of the wheel's files."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment in which the wheel's wasmlab runs, not the checkout's."""
    place = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    return {"PYTHONPATH": str(place), "WASMLAB_CACHE": str(place / "cache"), "CI": "true"}


def test_the_wheel_holds_the_course_as_the_checkout_does(names: list[str]) -> None:
    shipped = {f"wasmlab/_course/{entry.path}" for entry in course_files(REPOSITORY)}
    assert {name for name in names if name.startswith("wasmlab/_course/")} == shipped
    assert {"minimal-demo/lesson.toml", "docs/intro_to_wasm.md"} <= {
        entry.split("_course/")[1] for entry in shipped
    }


@pytest.mark.parametrize(
    "asset",
    [
        "mermaid/mermaid.esm.min.mjs",
        "pyodide/pyodide.mjs",
        "pyodide/pyodide.asm.mjs",
        "pyodide/pyodide.asm.wasm",
        "pyodide/python_stdlib.zip",
        "pyodide/pyodide-lock.json",
        "editor/editor.js",
        "languages/script.js",
        "languages/sqlite3.js",
        "languages/sqlite3.wasm",
        "wasi-sysroot/include/wasm32-wasip1/stdio.h",
        "wasi-sysroot/lib/wasm32-wasip1/libc.a",
        "wasi-sysroot/lib/wasm32-wasip1/crt1-command.o",
        "wasi-sysroot/lib/wasm32-wasip1/libclang_rt.builtins.a",
        "licenses/mermaid.LICENSE.txt",
        "licenses/@codemirror+state.LICENSE.txt",
        "licenses/apache-2.0-sqlite-wasm.txt",
        "licenses/musl.txt",
    ],
)
def test_the_wheel_holds_the_asset(names: list[str], asset: str) -> None:
    assert f"wasmlab/assets/vendor/{asset}" in names


def test_every_module_that_mermaid_imports_is_there(wheel: Path, names: list[str]) -> None:
    missing = []
    with zipfile.ZipFile(wheel) as archive:
        for name in names:
            if "/vendor/mermaid/" in name:
                text = archive.read(name).decode()
                for found in re.findall(r"""(?:from|import\(?)\s*["'](\.{1,2}/[^"']+)["']""", text):
                    parts: list[str] = []
                    for part in PurePosixPath(name).parent.joinpath(found).parts:
                        parts = parts[:-1] if part == ".." else [*parts, part]
                    if "/".join(parts) not in names:
                        missing.append(found)
    assert missing == []


def test_the_wheel_holds_nothing_that_a_build_or_a_test_has_left(names: list[str]) -> None:
    left = re.compile(r"(^|/)(dist|__pycache__|node_modules|tests|\.pytest_cache)/|\.pyc$|llvm\.core")
    assert [name for name in names if left.search(name)] == []


def test_the_wheel_is_small_enough_to_hand_out(wheel: Path) -> None:
    assert wheel.stat().st_size < 18 << 20


def test_the_code_s_own_files_are_in_the_wheel(names: list[str]) -> None:
    tracked = _run("git", "ls-files", "tools/wasmlab", cwd=REPOSITORY).splitlines()
    there = [path for path in tracked if (REPOSITORY / path).is_file()]
    assert [path for path in there if path.replace("tools/", "", 1) not in names] == []


def test_the_installed_wheel_builds_and_runs_the_lesson_in_an_empty_folder(
    installed: dict[str, str], tmp_path: Path
) -> None:
    _run(sys.executable, "-m", "wasmlab", "build", "minimal-demo", cwd=tmp_path, env=installed)
    trip = _run(
        sys.executable,
        "-m",
        "wasmlab",
        "run",
        "minimal-demo",
        "add_and_log",
        "5",
        "7",
        cwd=tmp_path,
        env=installed,
    )
    assert "12" in trip
    assert list(tmp_path.iterdir()) == []


def test_the_installed_wheel_serves_a_copy_in_the_cache(installed: dict[str, str], tmp_path: Path) -> None:
    argv = [sys.executable, "-u", "-m", "wasmlab", "serve", "--no-browser", "--port", "0"]
    server = subprocess.Popen(
        argv, cwd=tmp_path, env={**os.environ, **installed}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    deadline = threading.Timer(60, server.kill)
    deadline.start()
    said: list[str] = []
    try:
        assert server.stdout is not None
        url = ""
        while not url and (line := server.stdout.readline().decode()):
            said.append(line)
            found = re.search(r"http://localhost:\d+/", line)
            url = found[0] if found else ""
        assert url, "".join(said)
        # A bare machine may not know the name localhost.
        with urllib.request.urlopen(url.replace("localhost", "127.0.0.1"), timeout=30) as answer:
            page = answer.read().decode()
    finally:
        deadline.cancel()
        server.kill()
        server.communicate()
    assert "Hand-wired round trip" in page
    assert installed["WASMLAB_CACHE"] in "".join(said)


@pytest.fixture
def bare_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a checkout without the browser assets, on a machine that reaches no npm registry."""
    for path in _run("git", "ls-files", cwd=REPOSITORY).splitlines():
        if (REPOSITORY / path).is_file():
            (tmp_path / "checkout" / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(REPOSITORY / path, tmp_path / "checkout" / path)
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    return tmp_path / "checkout"


def test_without_the_assets_no_wheel_is_made_and_the_reason_is_told(bare_checkout: Path) -> None:
    argv = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "made")
    done = subprocess.run(argv, cwd=bare_checkout, capture_output=True, check=False)
    said = (done.stdout + done.stderr).decode()
    assert done.returncode != 0
    assert "error: npm could not fetch the browser assets" in said or "error: Node" in said
    assert "hint: " in said
    assert list(bare_checkout.glob("made/*.whl")) == []


def test_without_the_assets_an_editable_install_goes_on_and_warns(bare_checkout: Path) -> None:
    code = "import hatchling.build; print(hatchling.build.build_editable('.'))"
    argv = (sys.executable, "-c", code)
    done = subprocess.run(argv, cwd=bare_checkout, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert "wasmlab setup assets" in (done.stdout + done.stderr).decode()
    assert list(bare_checkout.glob("wasmlab-*.whl"))


def test_a_wheel_can_be_made_from_the_sdist(tmp_path: Path, wheel: Path) -> None:
    """The hook takes the checkout's browser assets for its own: the sdist has all that decides about them.

    That it fetches them where there are none, the wheel of a fresh checkout shows.
    """
    _run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path), cwd=REPOSITORY)
    _run(sys.executable, "-m", "tarfile", "-e", str(next(tmp_path.glob("*.tar.gz"))), ".", cwd=tmp_path)
    sources = next(tmp_path.glob("wasmlab-*/"))
    vendor = Path("tools", "wasmlab", "assets", "vendor")
    assert not (sources / vendor).exists()
    shutil.copytree(REPOSITORY / vendor, sources / vendor)
    none_of_its_own = {"npm_config_registry": "http://127.0.0.1:9", "npm_config_fetch_retries": "0"}
    pip = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", "made")
    _run(*pip, str(sources), cwd=tmp_path, env=none_of_its_own)
    assert _contents(next(tmp_path.glob("made/*.whl"))) == _contents(wheel)


def _contents(wheel: Path) -> dict[str, int]:
    with zipfile.ZipFile(wheel) as archive:
        return {entry.filename: entry.CRC for entry in archive.infolist()}
