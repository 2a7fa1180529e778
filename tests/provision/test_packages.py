"""`wasmlab setup pyodide --package`: found by pip, pinned by hash, kept in the cache, put beside the page."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from wasmlab import packages
from wasmlab.build import build_lesson, clean_lesson
from wasmlab.errors import LockUnreadable, ManifestError
from wasmlab.lesson import load_lesson
from wasmlab.provision.parts import PARTS

from .wheel_index import WheelIndex, make_wheel, serving

ALLOWED = ["greetings", "cspeed", "only-source", "built", "Tied", "no.such", "numpy"]
BUILT = "cp314-cp314-pyemscripten_2026_0_wasm32"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WheelIndex]:
    """Be the only index that pip knows."""
    folder = tmp_path / "index"
    folder.mkdir()
    needs = ('words>=1; sys_platform == "emscripten"', 'winonly; sys_platform != "emscripten"')
    make_wheel(folder, "greetings", "1.0", {"greetings.py": "from words import HELLO\n"}, *needs)
    make_wheel(folder, "words", "1.0", {"words/__init__.py": "HELLO = 'hello'\n"})
    make_wheel(folder, "cspeed", "1.0", {"cspeed.so": ""}, tag="cp314-cp314-manylinux_2_28_x86_64")
    make_wheel(folder, "tied", "1.0", {"tied.py": ""}, "cspeed")
    make_wheel(folder, "built", "1.0", {"built.py": ""}, tag=BUILT)
    (folder / "only_source-1.0.tar.gz").write_bytes(b"")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    with serving(WheelIndex(folder)) as index:
        settings = {
            "INDEX_URL": index.address,
            "CONFIG_FILE": os.devnull,
            "NO_CACHE_DIR": "1",
            "RETRIES": "0",
        }
        for name, value in settings.items():
            monkeypatch.setenv(f"PIP_{name}", value)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        yield index


@pytest.fixture
def lesson(course_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a lesson of the course with Python in its page and packages that it allows."""
    monkeypatch.setenv("WASMLAB_CACHE", str(tmp_path / "cache"))
    return _lesson(course_copy / "snakes", ALLOWED)


def _lesson(folder: Path, allowed: list[str]) -> Path:
    folder.mkdir(exist_ok=True)
    text = 'format = 1\ntitle = "S"\norder = 1\npage = "index.html"\nassets = ["python"]\n'
    (folder / "lesson.toml").write_text(f"{text}packages = {allowed}\n", encoding="utf-8")
    return folder


def _lock(lesson: Path) -> dict[str, Any]:
    lock: dict[str, Any] = json.loads((lesson / packages.LOCK).read_text(encoding="utf-8"))
    return lock


def _index_of_page(lesson: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((lesson / packages.FOLDER / packages.INDEX).read_text(encoding="utf-8"))
    return told


Cli = Callable[..., Any]


def test_a_package_comes_with_what_it_needs_in_a_page_is_pinned_and_lies_beside_it(
    index: WheelIndex, lesson: Path, run_cli: Cli
) -> None:
    done = run_cli("setup", "pyodide", "--package", "greetings", "built", "--yes")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-1] == "pyodide: here now  greetings 1.0, built 1.0"
    wheel = index.folder / "greetings-1.0-py3-none-any.whl"
    lock = _lock(lesson)
    assert list(lock["packages"]) == ["built", "greetings", "words"]
    assert (lock["python"], lock["platform"]) == ("3.14", "pyemscripten_2026_0_wasm32")
    assert lock["packages"]["greetings"] == {
        "version": "1.0",
        "file": wheel.name,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "bytes": wheel.stat().st_size,
        "imports": ["greetings"],
        "needs": ["words"],
    }
    assert (lesson / packages.FOLDER / wheel.name).read_bytes() == wheel.read_bytes()
    assert [name for name, each in _index_of_page(lesson)["packages"].items() if each["here"]] == [
        "built",
        "greetings",
        "words",
    ]
    assert "127.0.0.1" not in json.dumps(lock) + done.output

    # Another machine, or an emptied cache: what is pinned comes again, by its hash, and nothing else.
    for wheel in (*packages.cache_folder().glob("packages/*/*.whl"),):
        wheel.unlink()
    index.asked.clear()
    found = PARTS["pyodide"].find()
    assert (found.ok, found.needed, found.remedy) == (False, False, "wasmlab setup pyodide")
    assert run_cli("setup", "pyodide", "--yes").exit_code == 0
    assert sorted(index.asked) == [
        f"built-1.0-{BUILT}.whl",
        "greetings-1.0-py3-none-any.whl",
        "words-1.0-py3-none-any.whl",
    ]
    index.asked.clear()
    assert "here already" in run_cli("setup", "pyodide", "--package", "greetings", "--yes").stdout
    assert index.asked == []


@pytest.mark.usefixtures("lesson")
def test_a_file_that_is_not_what_was_pinned_is_refused(index: WheelIndex, run_cli: Cli) -> None:
    run_cli("setup", "pyodide", "--package", "greetings", "--yes")
    for wheel in packages.cache_folder().glob("packages/*/greetings*.whl"):
        wheel.unlink()
    make_wheel(index.folder, "greetings", "1.0", {"greetings.py": "print('another one')\n"}, "words")
    done = run_cli("setup", "pyodide", "--yes")
    assert done.exit_code == 4
    assert "greetings cannot be fetched as pinned: THESE PACKAGES DO NOT MATCH THE HASHES" in done.stderr
    assert not list(packages.cache_folder().glob("packages/*/greetings*.whl"))


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize(
    ("name", "what", "hint"),
    [
        ("tied", "cspeed, which tied needs, has a part in C and no wheel for pages", "pure Python"),
        ("only-source", "only-source comes only as sources, which may hold C", "pure Python"),
        ("no-such", "no package is called 'no-such' in pip's index", "check its spelling"),
        ("numpy", "numpy is written in C: only wheels that Pyodide's makers have built", "--pyodide-mirror"),
    ],
)
def test_a_package_that_cannot_be_had_says_why(
    lesson: Path, run_cli: Cli, name: str, what: str, hint: str
) -> None:
    done = run_cli("setup", "pyodide", "--package", name, "--yes")
    told = done.stderr.splitlines()[-2:]
    assert (done.exit_code, what in told[0], hint in told[1]) == (4, True, True), done.stderr
    assert not (lesson / packages.LOCK).exists()


@pytest.mark.usefixtures("lesson", "index")
def test_an_index_that_cannot_be_reached_is_told(run_cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    done = run_cli("setup", "pyodide", "--package", "greetings", "--yes")
    assert (done.exit_code, "hint: check the network and pip's settings" in done.stderr) == (4, True), (
        done.stderr
    )


@pytest.mark.usefixtures("index")
def test_a_manifest_that_cannot_be_read_is_told_before_a_package_is_refused(
    lesson: Path, run_cli: Cli
) -> None:
    manifest = lesson / "lesson.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + "\npackages = [", encoding="utf-8")
    done = run_cli("setup", "pyodide", "--package", "greetings", "--yes")
    assert (done.exit_code, f"error: {manifest}:" in done.stderr) == (2, True), done.stderr


def test_what_no_lesson_allows_is_not_fetched(index: WheelIndex, lesson: Path, run_cli: Cli) -> None:
    done = run_cli("setup", "pyodide", "--package", "words", "--yes")
    assert (done.exit_code, index.asked) == (2, [])
    assert f"error: no lesson in {lesson.parent} allows the package 'words'" in done.stderr
    assert 'hint: add "words" to packages in snakes/lesson.toml' in done.stderr


@pytest.mark.usefixtures("index")
def test_wheels_that_pyodide_builds_come_from_a_copy_of_its_distribution(
    lesson: Path, run_cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = tmp_path / "distribution"
    mirror.mkdir()
    wheel = make_wheel(mirror, "numpy", "2.4.6", {"numpy/__init__.py": ""}, tag=BUILT)
    lock = packages.pyodide_lock()
    lock["packages"]["numpy"]["sha256"] = hashlib.sha256(wheel.read_bytes()).hexdigest()
    monkeypatch.setattr(packages, "pyodide_lock", lambda: lock)
    done = run_cli("setup", "pyodide", "--package", "numpy", "--pyodide-mirror", str(mirror), "--yes")
    assert done.exit_code == 0, done.output
    assert _lock(lesson)["packages"]["numpy"]["file"] == wheel.name


# What a lesson says


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ('assets = ["python"]\npackages = ["numpy==2"]', "packages must be a list of names without versions"),
        ('packages = ["numpy"]', "packages are for Python, which the page does not have"),
        ('package_index = ["index.example.org"]', "package_index must be a list of addresses"),
        ('package_index = ["https://*"]', "package_index must be a list of addresses"),
        ('package_index = ["https://a.b/simple"]', "package_index is for micropip, which programs"),
    ],
)
def test_a_manifest_names_packages_alone_and_has_python_for_them(
    tmp_path: Path, lines: str, problem: str
) -> None:
    text = f'format = 1\ntitle = "S"\norder = 1\npage = "index.html"\n{lines}\n'
    (tmp_path / "lesson.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ManifestError, match=problem):
        load_lesson(tmp_path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "is no lock of packages"),
        ('{"python": "3.9", "platform": "p", "packages": {}}', "pins wheels for Python 3.9 on p"),
        ('{"packages": {"a": {"file": "../../a.whl"}}}', "is no lock of packages"),
    ],
    ids=["cut short", "for another Pyodide", "leaves the cache"],
)
def test_a_lock_that_cannot_be_used_is_told_here_and_in_the_page(
    lesson: Path, run_cli: Cli, text: str, problem: str
) -> None:
    (lesson / packages.LOCK).write_text(text, encoding="utf-8")
    with pytest.raises(LockUnreadable, match=problem) as caught:
        packages.read_lock(load_lesson(lesson))
    assert caught.value.hint.startswith("remove snakes/packages.lock.json")
    done = run_cli("setup", "pyodide", "--yes")
    assert (done.exit_code, problem in done.stderr) == (2, True)
    packages.publish(load_lesson(lesson))
    assert problem in _index_of_page(lesson)["problem"]


def test_a_build_puts_the_index_beside_the_page_and_clean_takes_it_away(lesson: Path) -> None:
    made = load_lesson(lesson)
    build_lesson(made)
    told = _index_of_page(lesson)
    assert (told["allowed"][-2:], told["packages"], told["problem"]) == (["no-such", "numpy"], {}, "")
    assert told["modules"]["sklearn"] == "scikit-learn"
    assert "dist/packages" in clean_lesson(made)
    assert not (lesson / "dist").exists()
