"""Which emcc is used, and in which surroundings; no environment script is ever sourced."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from wasmlab.errors import ToolMissing
from wasmlab.toolchains import emscripten, emscripten_find, named_tool
from wasmlab.toolchains.emscripten_find import find_emscripten, surroundings, words

MakeEmsdk = Callable[..., Path]


@pytest.fixture(autouse=True)
def _nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide every Emscripten of this machine."""
    for name in ("WASMLAB_EMCC", "EMSDK", "EM_CONFIG", "EM_CACHE", "PYTHONPATH", "PYTHONHOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("WASMLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(emscripten_find, "_DISTRIBUTIONS", ())
    monkeypatch.setattr(emscripten_find, "_USUAL_EMSDKS", ())


@pytest.fixture
def make_emsdk(tmp_path: Path) -> MakeEmsdk:
    """Return a function that lays out an activated emsdk's folder."""

    def make(name: str = "emsdk", version: str = "6.0.8", config: str = "") -> Path:
        root = tmp_path / name
        folder = root / "upstream" / "emscripten"
        (folder / "cache").mkdir(parents=True)
        (folder / "emscripten-version.txt").write_text(f'"{version}"\n', encoding="utf-8")
        for program in ("emcc", "emcc.py", "em++", "em++.py"):
            (folder / program).write_text("#!/bin/sh\n", encoding="utf-8")
            (folder / program).chmod(0o755)
        (root / ".emscripten").write_text(config, encoding="utf-8")
        return root

    return make


def test_without_any_the_hint_is_the_command_that_gets_it() -> None:
    with pytest.raises(ToolMissing) as caught:
        find_emscripten()
    assert caught.value.what == "Emscripten is not on this machine"
    assert caught.value.hint.startswith("wasmlab setup emscripten")


def test_an_emsdk_in_the_environment_is_found_without_its_script(
    make_emsdk: MakeEmsdk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMSDK", str(make_emsdk()))
    found = find_emscripten()
    assert (found.version, found.origin) == ("6.0.8", "$EMSDK")


def test_the_named_one_goes_before_all_others(make_emsdk: MakeEmsdk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMSDK", str(make_emsdk("first")))
    monkeypatch.setenv("WASMLAB_EMCC", str(make_emsdk("second", "3.1.69")))
    assert find_emscripten().version == "3.1.69"
    assert find_emscripten(make_emsdk("third", "4.0.1")).version == "4.0.1"


def test_each_place_is_taken_where_the_ones_before_it_have_none(
    make_emsdk: MakeEmsdk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path = make_emsdk("on-path", "3.0.0") / "upstream" / "emscripten"
    monkeypatch.setenv("PATH", str(on_path))
    assert find_emscripten().origin == "PATH"
    make_emsdk("cache/emsdk", "5.0.0")
    assert find_emscripten().origin == "wasmlab's emsdk"
    monkeypatch.setenv("EM_CONFIG", str(make_emsdk("config") / ".emscripten"))
    assert find_emscripten().origin == "$EM_CONFIG"
    monkeypatch.setenv("EMSDK", str(tmp_path / "not-activated"))
    assert find_emscripten().origin == "$EM_CONFIG"


def test_a_wrong_name_is_told_and_nothing_else_is_taken(
    make_emsdk: MakeEmsdk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EMSDK", str(make_emsdk()))
    monkeypatch.setenv("WASMLAB_EMCC", str(tmp_path / "nowhere"))
    with pytest.raises(ToolMissing, match="nowhere is no Emscripten"):
        find_emscripten()


def test_a_link_in_a_folder_of_programs_leads_to_its_emscripten(
    make_emsdk: MakeEmsdk, tmp_path: Path
) -> None:
    folder = make_emsdk() / "upstream" / "emscripten"
    (tmp_path / "bin").mkdir()
    link = tmp_path / "bin" / "emcc"
    try:
        link.symlink_to(folder / "emcc")
    except OSError:
        pytest.skip("this system lets only administrators make links")
    found = find_emscripten()
    assert (found.folder, found.program, found.version) == (folder, link, "6.0.8")


def test_on_posix_one_types_the_launcher_and_its_sibling_for_cpp(make_emsdk: MakeEmsdk) -> None:
    found = find_emscripten(make_emsdk())
    if os.name == "nt":
        assert [Path(word).name for word in words(found, "em++")][1:] == ["em++.py"]
    else:
        assert [Path(word).name for word in words(found, "em++")] == ["em++"]


def test_the_config_of_another_emcc_is_overruled(
    make_emsdk: MakeEmsdk, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_emsdk()
    monkeypatch.setenv("EM_CONFIG", "/elsewhere/.emscripten")
    assert surroundings(find_emscripten(root))["EM_CONFIG"] == str(root / ".emscripten")


def test_what_python_was_told_about_itself_is_kept_from_emcc(
    make_emsdk: MakeEmsdk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    assert surroundings(find_emscripten(make_emsdk())) == {"PYTHONPATH": ""}


@pytest.fixture
def not_writable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a user who may not write to the cache (the tests may run as root, who may)."""
    monkeypatch.setattr("os.access", lambda _path, mode: mode != os.W_OK)


@pytest.mark.usefixtures("not_writable")
def test_a_cache_that_may_not_be_written_is_replaced_by_the_users_own(
    make_emsdk: MakeEmsdk, tmp_path: Path
) -> None:
    own = tmp_path / "cache" / "emscripten-6.0.8"
    assert surroundings(find_emscripten(make_emsdk()))["EM_CACHE"] == str(own)


@pytest.mark.usefixtures("not_writable")
def test_a_frozen_cache_stays_where_it_is(make_emsdk: MakeEmsdk) -> None:
    frozen = make_emsdk(config="FROZEN_CACHE = True\n")
    assert "EM_CACHE" not in surroundings(find_emscripten(frozen))


@pytest.mark.usefixtures("not_writable")
def test_a_cache_that_the_user_names_is_left_alone(
    make_emsdk: MakeEmsdk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EM_CACHE", "/mine")
    assert "EM_CACHE" not in surroundings(find_emscripten(make_emsdk()))


def test_a_compiler_named_for_one_toolchain_is_not_handed_to_the_other(make_emsdk: MakeEmsdk) -> None:
    root, clang = make_emsdk(), Path("/usr/bin/clang-14")
    assert named_tool("emscripten", root) == root
    assert named_tool("clang", root) is None
    assert named_tool("emscripten", clang) is None
    assert named_tool("clang", clang) == clang
    assert named_tool("clang", Path("/opt/mystery")) == Path("/opt/mystery")


def test_another_emscripten_is_another_tool(make_emsdk: MakeEmsdk) -> None:
    first, second = (emscripten.find(make_emsdk(name)) for name in ("a", "b"))
    assert first.identity != second.identity
