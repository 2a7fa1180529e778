"""micropip in a page: what the lock pins without a network, the rest from an index that the lesson grants."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from wasmlab import packages
from wasmlab.course import cache_folder
from wasmlab.lesson import load_lesson
from wasmlab.provision.resolving import read_wheel

from ..provision.wheel_index import WheelIndex, make_wheel, serving
from .conftest import Room

MICROPIP = "micropip==0.11.1"
SHA256 = "768de165adb8e66906039d8fec4127a57f522dfdf8e6fbff877a4616941ecfd3"


@pytest.fixture(scope="module")
def micropip() -> Path:
    """Return micropip's own wheel, as its makers publish it; kept in the cache between runs."""
    folder = cache_folder() / "tests" / SHA256
    if not list(folder.glob("*.whl")):
        folder.mkdir(parents=True, exist_ok=True)
        wanted = folder / "wanted.txt"
        wanted.write_text(f"{MICROPIP} --hash=sha256:{SHA256}\n", encoding="utf-8")
        fits = ["--no-deps", "--only-binary=:all:", "--python-version=3.14"]
        pip = [sys.executable, "-m", "pip", "download", "-q", *fits, "--require-hashes", "-d", str(folder)]
        subprocess.run([*pip, "-r", str(wanted)], check=True, timeout=120)
    return next(folder.glob("*.whl"))


@dataclass
class Place:
    """A page whose lesson grants the index, or grants none."""

    room: Room
    index: WheelIndex

    def errors(self, code: str) -> list[tuple[str, str]]:
        """Return what a program's errors are explained by: what it is, and what to do."""
        told = self.room.run(code)
        explained = [e["explanation"] for e in told["events"] if e["type"] == "error"]
        return [(each["what"], each["hint"]) for each in explained]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WheelIndex]:
    """Serve made-up packages: one needs another, and one has only a part in C for elsewhere."""
    folder = tmp_path_factory.mktemp("index")
    make_wheel(
        folder, "glad", "2.0", {"glad.py": "from tones import LOUD\nMOOD = LOUD('glad')\n"}, "tones>=1"
    )
    make_wheel(folder, "calm", "1.0", {"calm.py": "MOOD = 'calm'\n"})
    make_wheel(folder, "sad", "1.0", {"sad.py": "MOOD = 'sad'\n"})
    make_wheel(folder, "tones", "1.5", {"tones.py": "LOUD = str.upper\n"})
    make_wheel(folder, "fast", "1.0", {"fast.py": ""}, tag="cp314-cp314-win_amd64")
    with serving(WheelIndex(folder)) as index:
        yield index


def _place(
    folder: Path,
    micropip: Path,
    index: WheelIndex,
    open_room: Callable[..., Room],
    parts: Path,
    granted: bool,
) -> Place:
    lesson = folder / "snakes"
    lesson.mkdir()
    text = 'format = 1\ntitle = "S"\norder = 1\npage = "index.html"\nassets = ["python"]\n'
    text += 'packages = ["micropip", "pinned"]\n'
    if granted:
        text += f'package_index = ["{index.address}", "{index.origin}/files"]\n'
    (lesson / "lesson.toml").write_text(text, encoding="utf-8")
    made = [micropip, make_wheel(folder, "pinned", "1.0", {"pinned.py": "WORD = 'pinned'\n"})]
    wheels = [read_wheel(path, set()) for path in made]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WASMLAB_CACHE", str(folder / "cache"))
        for wheel, path in zip(wheels, made, strict=True):
            packages.cached(wheel).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, packages.cached(wheel))
        packages.write_lock(load_lesson(lesson), wheels)
        packages.publish(load_lesson(lesson))
    shutil.copytree(parts, folder / "python")
    shutil.copytree(lesson / packages.FOLDER, folder / "python", dirs_exist_ok=True)
    room = open_room(parts=folder / "python")
    room.value(
        "window.shared = new Runner({ spare: false, packages: '/dist/python/' }); await window.shared.init()"
    )
    return Place(room, index)


@pytest.fixture(scope="module")
def open_place(
    micropip: Path,
    index: WheelIndex,
    open_room: Callable[..., Room],
    parts: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[bool], Place]:
    """Return a function that opens a page whose lesson has micropip, and may let it fetch from the index."""
    return lambda granted: _place(
        tmp_path_factory.mktemp("micropip"), micropip, index, open_room, parts, granted
    )


@pytest.fixture(scope="module")
def granted(open_place: Callable[[bool], Place]) -> Place:
    """Return a page whose lesson lets micropip fetch from the index."""
    return open_place(True)


@pytest.fixture(scope="module")
def alone(open_place: Callable[[bool], Place]) -> Place:
    """Return a page whose lesson says nothing of an index."""
    return open_place(False)


INSTALL = "import micropip\nawait micropip.install({0!r})\n"
USE = INSTALL + "import {0}\nprint({0}.MOOD)"


def test_micropip_installs_from_the_lessons_index_what_no_lock_pins_with_what_it_needs(
    granted: Place,
) -> None:
    granted.index.asked.clear()
    told = granted.room.run(USE.format("glad"))["result"]
    assert (told.get("error"), told["output"]) == (None, "GLAD\n")
    assert sorted(granted.index.asked) == ["glad-2.0-py3-none-any.whl", "tones-1.5-py3-none-any.whl"]


@pytest.mark.in_chromium
def test_after_a_reset_micropip_still_knows_the_index_which_may_speak_json(granted: Place) -> None:
    granted.room.value("await window.shared.reset()")
    granted.index.speaks_json = True
    assert granted.room.run(USE.format("calm"))["result"]["output"] == "calm\n"


@pytest.mark.in_chromium
def test_a_page_installs_what_no_lock_pins_and_a_new_worker_gets_it_too(granted: Place) -> None:
    room = granted.room
    install = "return window.shared.installPackages(['sad', 'pinned'])"
    assert room.value(install)[-1] == "sad 1.0"
    assert room.value(install) == []
    room.run("import os; os._exit(0)")
    assert room.run("import sad, pinned\nprint(sad.MOOD, pinned.WORD)")["result"]["output"] == "sad pinned\n"


@pytest.mark.in_chromium
def test_micropip_installs_what_the_lock_pins_without_any_network(alone: Place) -> None:
    told = alone.room.run(INSTALL.format("pinned") + "import pinned\nprint(pinned.WORD)")["result"]
    assert (told.get("error"), told["output"]) == (None, "pinned\n")


@pytest.mark.in_chromium
def test_without_a_grant_nothing_is_asked_of_any_server_and_the_page_says_what_to_do(alone: Place) -> None:
    alone.index.asked.clear()
    asked = len(alone.room.server.asked)
    ((what, hint),) = alone.errors(INSTALL.format("glad"))
    assert what == (
        "`glad` is not among the packages of this lesson, and its programs have no network to fetch it."
    )
    assert hint == (
        'Add "glad" to packages in snakes/lesson.toml, then run `wasmlab setup pyodide --package glad`, and '
        "reload the page. With package_index there, micropip may fetch what no lock pins."
    )
    told = alone.room.do("return window.shared.installPackages(['glad'])")["error"]
    assert (told["name"], alone.index.asked) == ("PackageRefused", [])
    assert [path for path in alone.room.server.asked[asked:] if "dist" not in path] == []


@pytest.mark.in_chromium
@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("grief", "The lesson's index has not given `grief`: 127.0.0.1:PORT answers 404."),
        (
            "fast",
            "`fast` has no wheel that fits the Python in a page: it comes only as sources, or has parts in C "
            "for other machines.",
        ),
    ],
    ids=["unknown", "in C"],
)
def test_what_the_index_cannot_give_says_why(granted: Place, name: str, what: str) -> None:
    what = what.replace("PORT", str(granted.index.port))
    assert [each for each, _hint in granted.errors(INSTALL.format(name))] == [what]
    told = granted.room.do("return window.shared.installPackages([argument])", name)["error"]
    assert (told["name"], told["message"].startswith(what)) == ("PackageMissing", True)


def test_the_grant_is_for_its_addresses_alone(granted: Place) -> None:
    """The page fetches nothing else for a program, which can ask it for anything."""
    forge = """
from pyodide.code import run_js
told = await run_js('''new Promise(resolve => {
  const addresses = ADDRESSES;
  const told = [];
  addEventListener('message', ({ data }) => {
    if (data.type !== 'FETCHED') return;
    told.push(/^the lesson does not grant/.test(data.fetched.why) ? 'refused' : data.fetched.status);
    if (told.length === addresses.length) resolve(told.join(' '));
  });
  addresses.forEach((url, at) => postMessage({ type: 'FETCH', requestId: REQUEST, id: 1000 + at, url }));
})''')
print(told)
"""
    room, origin = granted.room, granted.index.origin
    addresses = [
        f"{origin}/simple/../secret", f"{origin}/simples/", f"{origin}/", f"{room.server.address}/secret",
        f"{origin.replace('//', '//a:b@')}/simple/glad/", "file:///etc/hosts", "nonsense",
        f"{origin}/simple/glad/",
    ]  # fmt: skip
    script = """
    let requestId = 0;
    const settings = { spare: false, packages: '/dist/python/', onMessage: (_, message) => {
      if (message.type === 'CALL') requestId = message.requestId;
    } };
    const runner = new Runner(settings);
    await runner.setVariable('x', 1);
    const { result } = await runner.run(argument.replace('REQUEST', requestId + 1));
    runner.dispose();
    return result.output;
    """
    asked = len(room.server.asked)
    assert room.value(script, forge.replace("ADDRESSES", str(addresses))) == "refused " * 7 + "200\n"
    assert "GET /secret" not in room.server.asked[asked:]
