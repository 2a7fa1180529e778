"""A target that takes the Closure compiler: it waits where there is none, else it is built and works."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wasmlab.build import Options, build_lesson
from wasmlab.checks.page.serving import serve_folder
from wasmlab.dev.generated.scripts import lesson_scripts
from wasmlab.errors import PartMissing, ToolMissing
from wasmlab.lesson import load_lesson
from wasmlab.serve.terminal import Terminal
from wasmlab.toolchains import emscripten_closure as closure
from wasmlab.toolchains.emscripten_find import Emscripten, find_emscripten, surroundings
from wasmlab.toolchains.emscripten_settings import closure_release

PACK = Path(__file__).parents[2] / "emscripten-starter-pack"
NAME = "size_Oz_closure"
WAITS = f"pack: {NAME} waits: the Closure compiler is not on this machine"


@pytest.fixture(scope="module")
def bare() -> Emscripten:
    """Return an Emscripten that came without the Closure compiler, on a system for which setup has one."""
    try:
        found = find_emscripten()
    except ToolMissing as missing:
        pytest.skip(f"{missing.what}: {missing.hint}")
    if (found.folder / "node_modules" / "google-closure-compiler").is_dir():
        pytest.skip("this Emscripten brings the Closure compiler")
    if not closure.is_offered():
        pytest.skip("setup has no Closure compiler for this system")
    return found


@pytest.fixture
def pack(course_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a lesson with one program for anybody and the one that waits, where no Closure compiler is."""
    monkeypatch.delenv(closure.VARIABLE, raising=False)
    monkeypatch.setenv("WASMLAB_CACHE", str(tmp_path / "cache"))
    _lay_out(course_copy / "pack", ("hand_wired", NAME))
    return course_copy / "pack"


def _lay_out(root: Path, names: tuple[str, ...]) -> None:
    shutil.copytree(PACK, root, ignore=shutil.ignore_patterns("dist", "__pycache__", "cases"))
    head, *targets = (root / "lesson.toml").read_text(encoding="utf-8").split("[[target]]")
    kept = [text for text in targets if any(f'name = "{name}"\n' in text for name in names)]
    (root / "lesson.toml").write_text("[[target]]".join([head, *kept]), encoding="utf-8")


@pytest.mark.usefixtures("bare", "pack")
def test_the_target_waits_by_name_too_and_the_others_are_built(run_cli: Any) -> None:
    done = run_cli("build", "pack")
    assert done.exit_code == 0
    assert done.stderr.splitlines()[-2:] == [f"note: {WAITS}", "hint: wasmlab setup closure"]
    assert "pack/dist/hand_wired.wasm" in done.stdout
    assert NAME not in done.stdout


@pytest.mark.usefixtures("bare", "pack")
def test_in_json_it_is_neither_good_nor_broken(run_cli: Any) -> None:
    targets = json.loads(run_cli("build", "pack", "--json").stdout)["targets"]
    states = {each["target"]: (each["ok"], each["error"], bool(each["waits"])) for each in targets}
    assert states == {"hand_wired": (True, None, False), NAME: (False, None, True)}


@pytest.mark.usefixtures("bare")
def test_where_nothing_else_is_there_a_tool_is_missing(pack: Path, run_cli: Any) -> None:
    shutil.rmtree(pack)
    _lay_out(pack, (NAME,))
    assert run_cli("build", "pack").exit_code == 4


@pytest.mark.usefixtures("bare", "pack")
def test_the_list_and_the_printed_commands_say_it_too(run_cli: Any) -> None:
    run_cli("build", "pack")
    (listed,) = [each for each in json.loads(run_cli("list", "--json").stdout) if each["name"] == "pack"]
    assert listed["state"] == "built (debug)"
    assert listed["problem"] == f"{NAME} waits: the Closure compiler is not on this machine"
    printed = run_cli("build", "pack", "--print")
    assert (printed.exit_code, "hand_wired" in printed.stdout, NAME in printed.stdout) == (0, True, False)
    assert f"note: {WAITS}" in printed.stderr


@pytest.mark.usefixtures("bare")
def test_a_check_of_it_is_an_error_that_says_what_it_waits_for(pack: Path, run_cli: Any) -> None:
    for file in (pack / "checks").glob("*.py"):
        file.unlink()
    check = f'def test_it(wasm):\n    """It runs."""\n    wasm.target("{NAME}").call("main", 0, 0)\n'
    (pack / "checks" / "test_it.py").write_text(check, encoding="utf-8")
    done = run_cli("check", "pack", "--engine", "wasmtime", "--json")
    (verdict,) = json.loads(done.stdout)["verdicts"]
    assert (done.exit_code, verdict["verdict"]) == (4, "error")
    assert "the Closure compiler is not on this machine" in json.dumps(verdict)
    assert "wasmlab setup closure" in json.dumps(verdict)


@pytest.mark.usefixtures("bare")
def test_who_serves_is_told_once_what_it_waits_for(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    for _ in range(2):
        terminal.built(build_lesson(load_lesson(pack)))
    assert capsys.readouterr().err.splitlines() == [f"note: {WAITS}", "hint: wasmlab setup closure"]


@pytest.mark.usefixtures("bare")
def test_submissions_are_compiled_without_it(pack: Path) -> None:
    results = build_lesson(load_lesson(pack), Options(has_parts=False))
    assert [(each.error, bool(each.waits)) for each in results] == [(None, False), (None, True)]


@pytest.mark.usefixtures("pack")
def test_one_that_is_named_and_not_there_is_the_users_to_mend(
    bare: Emscripten, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(closure.VARIABLE, "/no/such/compiler")
    with pytest.raises(PartMissing, match="/no/such/compiler, which is no program") as caught:
        closure.require(bare)
    assert caught.value.hint == f"mend or unset {closure.VARIABLE}"


def test_emscriptens_own_is_used_and_nothing_is_told_to_it(tmp_path: Path) -> None:
    own = tmp_path / "node_modules" / "google-closure-compiler"
    own.mkdir(parents=True)
    found = Emscripten(tmp_path, tmp_path / "emcc", "an emsdk")
    assert closure.require(found) == closure.Closure(own, "Emscripten's own")
    (target,) = [each for each in load_lesson(PACK).targets if each.name == NAME]
    assert closure.variables(found, target) == {}


@pytest.mark.parametrize(
    ("version", "release"),
    [("3.1.6", "20220202"), ("3.1.70", "20220202"), ("3.1.71", "20260927"), ("6.0.5", "20260927")],
)
def test_the_release_is_one_that_knows_the_language_that_emcc_asks_for(version: str, release: str) -> None:
    assert closure_release(version) == release


@pytest.mark.parametrize("release", ["20220202", "20260927"])
def test_each_release_is_pinned_by_its_hash_and_without_an_address(release: str) -> None:
    path = Path(closure.__file__).parents[1] / "assets" / "closure" / release / "package-lock.json"
    (_own, pinned) = json.loads(path.read_text(encoding="utf-8"))["packages"].values()
    assert pinned["version"].startswith(release)
    assert pinned["integrity"].startswith("sha512-")
    assert "resolved" not in pinned


@pytest.mark.usefixtures("bare")
@pytest.mark.skipif(os.name == "nt", reason="the .sh scripts are for systems with sh")
def test_the_build_script_goes_on_without_it(pack: Path, bare: Emscripten) -> None:
    script = lesson_scripts(load_lesson(pack))["build.sh"]
    (pack / "scripts" / "build.sh").write_text(script, encoding="utf-8")
    environment = {**os.environ, **surroundings(bare), "EMCC": str(bare.program)}
    done = subprocess.run(
        ["sh", "scripts/build.sh"], cwd=pack, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith(f"{NAME} waits: set EM_CLOSURE_COMPILER")


_RUN = """async () => {
  const { default: create } = await import(new URL('../dist/size_Oz_closure.mjs', location.href));
  const lines = [], input = new TextEncoder().encode('4 8 15');
  let next = 0;
  await create({
    arguments: ['one'], print: line => lines.push(line), printErr: line => lines.push(line),
    stdin: () => (next < input.length ? input[next++] : null),
  });
  return lines;
}"""


@pytest.mark.in_chromium
def test_set_up_it_is_built_and_works_and_the_page_shows_its_row(
    pack: Path, bare: Emscripten, run_cli: Any, new_page: Callable[..., Any]
) -> None:
    """One test, for the download is large: setup gets it from npm, and the next build uses it."""
    release = closure.folder(bare).name
    with serve_folder(pack) as server:
        page = new_page()
        page.goto(f"{server.address}/web/index.html")
        page.locator("#sizes").scroll_into_view_if_needed()
        sentence = page.locator("#closure-missing")
        sentence.wait_for()
        assert "wasmlab setup closure" in sentence.inner_text()

        got = run_cli("setup", "closure", "--yes")
        assert got.exit_code == 0, got.stderr
        assert got.stdout.splitlines()[-1] == f"closure: here now  v{release} (set up)"
        assert run_cli("setup", "closure", "--yes").stdout == f"closure: here already  v{release} (set up)\n"
        built = run_cli("build", "pack")
        assert (built.exit_code, built.stderr) == (0, "")
        assert f"pack/dist/{NAME}.wasm" in built.stdout

        page.reload()
        page.locator("#sizes").scroll_into_view_if_needed()
        row = page.locator("#size-table tbody tr").last
        row.wait_for()
        label, *sizes = row.locator("th, td").all_inner_texts()
        assert label == "hello_stdio by emcc -Oz --closure 1"
        glue = len((pack / "dist" / f"{NAME}.mjs").read_bytes())
        assert sizes[2] == f"{glue:,}"
        assert glue < 30_000  # without Closure it has 62,000
        assert sentence.is_hidden()
        assert page.evaluate(_RUN) == [
            "Hello from C, called with 1 argument(s)",
            "  argv[1] is one",
            "Read 3 number(s) from stdin, their sum is 27",
        ]


@pytest.mark.usefixtures("no_npm")
def test_without_a_network_the_reason_is_told_and_nothing_is_left(
    pack: Path, bare: Emscripten, run_cli: Any
) -> None:
    done = run_cli("setup", "closure", "--yes")
    assert done.exit_code == 4
    assert "npm could not fetch the Closure compiler" in done.stderr
    assert "then: wasmlab setup closure" in done.stderr
    assert list(closure.folder(bare).parent.iterdir()) == []
    assert run_cli("build", pack.name).exit_code == 0


@pytest.fixture
def no_npm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Name a registry that refuses every connection, and a cache of npm's in which nothing is."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))


@pytest.mark.usefixtures("pack")
def test_what_was_damaged_is_told_and_can_be_got_again(bare: Emscripten) -> None:
    from wasmlab.provision.parts import PARTS

    program = closure.program(bare)
    program.parent.mkdir(parents=True)
    program.write_bytes(b"half")
    program.chmod(0o755)
    found = PARTS["closure"].find()
    assert (found.ok, found.needed, found.by_setup) == (False, False, True)
    assert found.problem.endswith("does not start")
