"""Packages for Python in a page: installed as the lesson's lock pins them, or an error with a remedy."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from wasmlab import packages
from wasmlab.lesson import load_lesson
from wasmlab.provision.resolving import read_wheel

from ..provision.wheel_index import make_wheel
from .conftest import Room

"""What depends on no browser is tested in one."""
ALLOWED = ["greetings", "spoiled", "later", "numpy"]


def _write_lesson(folder: Path) -> Path:
    """Write a lesson whose lock pins a package with what it needs, one that is spoiled, one not here."""
    lesson = folder / "snakes"
    lesson.mkdir()
    text = 'format = 1\ntitle = "S"\norder = 1\npage = "index.html"\nassets = ["python"]\n'
    (lesson / "lesson.toml").write_text(f"{text}packages = {ALLOWED}\n", encoding="utf-8")
    files = {"greetings/__init__.py": "from words import HELLO\n", "greetings/data.txt": "data"}
    made = [
        make_wheel(
            folder, "words", "1.0", {"words.py": "HELLO = 'hello'\ndef fail(): raise KeyError('w')\n"}
        ),
        make_wheel(folder, "greetings", "1.0", files, "words"),
        make_wheel(folder, "spoiled", "1.0", {"spoiled.py": ""}),
        make_wheel(folder, "later", "1.0", {"later.py": ""}),
    ]
    wheels = [read_wheel(path, {"words"}) for path in made]
    for wheel, path in zip(wheels[:3], made, strict=False):
        packages.cached(wheel).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, packages.cached(wheel))
    packages.write_lock(load_lesson(lesson), wheels)
    packages.publish(load_lesson(lesson))
    return lesson


@pytest.fixture(scope="module")
def packages_room(
    open_room: Callable[..., Room], parts: Path, tmp_path_factory: pytest.TempPathFactory
) -> Room:
    """Return a page whose runner finds packages beside Python."""
    folder = tmp_path_factory.mktemp("packages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WASMLAB_CACHE", str(folder / "cache"))
        lesson = _write_lesson(folder)
    shutil.copytree(parts, folder / "python")
    shutil.copytree(lesson / packages.FOLDER, folder / "python", dirs_exist_ok=True)
    spoiled = folder / "python" / "spoiled-1.0-py3-none-any.whl"
    spoiled.write_bytes(spoiled.read_bytes()[::-1])
    room = open_room(parts=folder / "python")
    script = """
    window.stages = [];
    const onProgress = ({ stage }) => window.stages.push(stage);
    window.shared = new Runner({ spare: false, packages: '/dist/python/', onProgress });
    await window.shared.init();
    """
    room.value(script)
    return room


def _explanation(told: dict[str, Any]) -> dict[str, str]:
    explanation: dict[str, str] = next(e["explanation"] for e in told["events"] if e["type"] == "error")
    return explanation


def test_what_a_program_imports_comes_by_itself_and_stays_with_its_data(packages_room: Room) -> None:
    room = packages_room
    program = (
        "import math, greetings as g\nimport importlib.resources as r\n"
        "print(g.HELLO, r.files('greetings').joinpath('data.txt').read_text())"
    )
    assert room.run(program)["result"]["output"] == "hello data\n"
    assert "packages" in room.value("return window.stages")
    room.value("await window.shared.reset()")
    assert room.run("import words\nprint(words.HELLO)")["result"]["output"] == "hello\n"


@pytest.mark.in_chromium
def test_a_new_worker_has_the_packages_of_the_old_and_nothing_is_fetched_again(packages_room: Room) -> None:
    room = packages_room
    install = "return window.shared.installPackages(['Greetings'])"
    room.value(install)
    assert room.value(install) == []
    asked = len(room.server.asked)
    assert {"type": "status", "state": "restarted"} in room.run("import os; os._exit(0)")["events"]
    told = room.run("exec('import greetings; print(greetings.HELLO)')")
    assert told["result"]["output"] == "hello\n"
    assert [path for path in room.server.asked[asked:] if "whl" in path or "packages" in path] == []


@pytest.mark.in_chromium
def test_a_packages_own_lines_are_not_shown_as_the_learners(packages_room: Room) -> None:
    packages_room.value("return window.shared.installPackages(['greetings'])")
    told = packages_room.run("import words\nwords.fail()")
    assert told["result"]["error"]["name"] == "KeyError"
    assert "words.py" not in told["result"]["error"]["stack"]


@pytest.mark.in_chromium
@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        (
            "flask",
            "PackageRefused",
            'the lesson does not allow the package "flask" (it allows greetings, spoiled, later, numpy): '
            "add it to packages in snakes/lesson.toml, then: wasmlab setup pyodide --package flask",
        ),
        ("numpy", "PackageMissing", "numpy has not been fetched: wasmlab setup pyodide --package numpy"),
        ("later", "PackageMissing", "later has not been fetched: wasmlab setup pyodide --package later"),
        (
            "spoiled",
            "PackageBroken",
            "spoiled 1.0 is not what packages.lock.json pins: its SHA-256 is another one",
        ),
    ],
)
def test_a_package_that_cannot_be_had_says_why(
    packages_room: Room, name: str, error: str, message: str
) -> None:
    told = packages_room.do("return window.shared.installPackages([argument])", name)
    assert told["error"] == {"name": error, "message": message}


@pytest.mark.in_chromium
@pytest.mark.parametrize(
    ("program", "what", "hint"),
    [
        (
            "import numpy as np",
            "The package `numpy` has not been fetched to this machine.",
            "Run `wasmlab setup pyodide --package numpy` in a terminal, then reload the page.",
        ),
        (
            "from sklearn import svm",
            "`sklearn` is a part of the package `scikit-learn`, which does not come with Python, and this "
            "lesson does not allow it.",
            'Add "scikit-learn" to packages in snakes/lesson.toml, then run `wasmlab setup pyodide --package '
            "scikit-learn`, and reload the page.",
        ),
        (
            "import spoiled",
            "spoiled 1.0 is not what packages.lock.json pins: its SHA-256 is another one",
            "Get it again, then reload the page.",
        ),
    ],
    ids=["not fetched", "not allowed", "spoiled"],
)
def test_an_import_without_its_package_names_the_command_that_gets_it(
    packages_room: Room, program: str, what: str, hint: str
) -> None:
    told = packages_room.run(program)
    assert told["result"]["error"]["name"] == "ModuleNotFoundError"
    assert _explanation(told) == {"id": "package-missing", "what": what, "hint": hint}


@pytest.mark.in_chromium
def test_why_micropip_finds_nothing_is_told(packages_room: Room) -> None:
    told = packages_room.run("""raise ValueError("Can't fetch metadata for 'x'. Please make sure")""")
    assert _explanation(told)["id"] == "network-not-granted"


@pytest.mark.in_chromium
def test_a_misspelled_module_is_explained_as_ever(packages_room: Room) -> None:
    assert _explanation(packages_room.run("import maths_for_all"))["id"] == "module-missing"


@pytest.mark.in_chromium
@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("import a, b.c as d\nfrom e.f import g", ["a", "b", "e"]),
        ("  import a\nx = 1; import b", ["a", "b"]),
        ("importer = 1\nfrom . import x\n# import y", []),
    ],
)
def test_imports_are_read_from_the_text(packages_room: Room, code: str, modules: list[str]) -> None:
    script = "return (await import('/runner/packages.js')).modulesIn(argument)"
    assert packages_room.value(script, code) == modules


# The network


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """Return the origin of another server, which answers every page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"there")

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_program_reaches_the_origins_that_the_page_grants_and_no_other(
    packages_room: Room, elsewhere: str
) -> None:
    script = """
    const runner = new Runner({ language: 'javascript', spare: false, network: [argument] });
    const reach = async (address) => {
      const { result } = await runner.run(`await (await fetch('${address}')).text()`);
      return result.error?.name;
    };
    const reached = [await reach(argument + '/x'), await reach(location.origin + '/secret')];
    runner.dispose();
    return reached;
    """
    asked = len(packages_room.server.asked)
    assert packages_room.value(script, elsewhere) == [None, "TypeError"]
    assert "GET /secret" not in packages_room.server.asked[asked:]


@pytest.mark.in_chromium
def test_what_is_no_origin_is_not_granted(packages_room: Room) -> None:
    told = packages_room.do("return new Runner({ network: ['https://a.b; script-src *'] }).init()")
    assert told["error"]["name"] == "Refused"
