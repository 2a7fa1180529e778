"""How a runner begins and ends, from which server, and in pages that are not isolated."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Room, Server

FOREVER = "n = 41\nwhile True: pass"


# Beginning and end


def test_init_again_gives_the_same(room: Room) -> None:
    assert room.value("return await window.shared.init() === await window.shared.init()") is True


@pytest.mark.in_chromium
def test_loading_is_told_in_bytes_and_stages(room: Room) -> None:
    script = """
    const told = [];
    const runner = new Runner({ spare: false, onProgress: progress => told.push(progress) });
    await Promise.all([runner.init(), runner.init()]);
    runner.dispose();
    const bytes = told.filter(({ stage }) => stage === 'fetch');
    return [bytes.at(-1).loaded === bytes[0].total, [...new Set(told.map(({ stage }) => stage))]];
    """
    assert room.value(script) == [True, ["fetch", "code", "python", "session", "ready"]]


@pytest.mark.in_chromium
def test_missing_assets_are_named_and_init_can_be_tried_again(room: Room) -> None:
    script = """
    const runner = new Runner({ base: '/nowhere/', spare: false });
    const failed = await runner.run('1').then(() => null, error => error);
    const again = await runner.init().then(() => null, error => error);
    runner.base = new URL('/dist/python/', location.href).href;
    const { result } = await runner.run('print(1)');
    runner.dispose();
    return [failed.name, failed.message.includes('/nowhere/parts.json'), again.name, result.output];
    """
    assert room.value(script) == ["AssetsMissing", True, "AssetsMissing", "1\n"]


def test_python_may_come_from_another_server_where_the_page_says_so_and_that_server_allows_it(
    room: Room, serve: Callable[..., Server]
) -> None:
    script = """
    const runner = new Runner({ base: argument, spare: false });
    const told = await runner.run('print(1)').then(({ result }) => result.output, error => error.name);
    runner.dispose();
    return told;
    """
    far, closed = serve(for_others=True), serve()
    room.server.asked.clear()
    assert room.value(script, f"{far.address}/dist/python/") == "1\n"
    assert "GET /dist/python/parts.json" in far.asked
    assert [path for path in room.server.asked if "/dist/" in path] == []
    assert room.value(script, f"{closed.address}/dist/python/") == "AssetsMissing"


@pytest.mark.in_chromium
def test_dispose_settles_everything(room: Room) -> None:
    script = """
    const runner = new Runner({ spare: false });
    const early = runner.init().then(() => 'ready', error => error.name);
    await early;
    const running = runner.run('while True: pass').then(({ result }) => result.error.name);
    const waiting = runner.run('1').then(() => 'ran', error => error.name);
    const call = runner.reset().then(() => 'reset', error => error.name);
    await new Promise(resolve => setTimeout(resolve, 100));
    runner.dispose();
    const late = runner.run('1').then(() => 'ran', error => error.name);
    const init = runner.init().then(() => 'ready', error => error.name);
    return [...await Promise.all([running, waiting, call, late, init])];
    """
    assert room.value(script) == ["Disposed"] * 5


def test_dispose_while_python_loads_settles_init(room: Room) -> None:
    script = """
    const runner = new Runner({ spare: false });
    const init = runner.init().then(() => 'ready', error => error.name);
    const run = runner.run('1').then(() => 'ran', error => error.name);
    runner.dispose();
    return Promise.all([init, run]);
    """
    assert room.value(script) == ["Disposed", "Disposed"]


# Other pages


@pytest.fixture(scope="module")
def plain_room(open_room: Callable[..., Room]) -> Room:
    """Return a page that a plain server has sent: nothing can be shared with a worker."""
    room = open_room(isolated=False)
    room.value("window.shared = new Runner({ spare: false, onInput: () => 'asked' })")
    return room


def test_without_isolation_answers_are_prepared_and_stop_ends_the_worker(plain_room: Room) -> None:
    assert plain_room.value("return (await window.shared.init()).interruptible") is False
    assert plain_room.run("print(input())", stdin=["a"])["result"]["output"] == "a\na\n"
    assert "nobody is there" in plain_room.run("input()")["result"]["error"]["message"]
    stopped = plain_room.run(FOREVER, timeoutMs=200)
    assert stopped["result"]["error"]["name"] == "TimeLimitExceeded"
    assert {"type": "status", "state": "restarted"} in stopped["events"]
    assert plain_room.run("n")["result"]["error"]["name"] == "NameError"


def test_without_isolation_a_program_that_waits_keeps_its_names_or_says_that_they_are_gone(
    plain_room: Room,
) -> None:
    program = "n = 41\nimport asyncio\nawait asyncio.sleep(60)"
    stopped = plain_room.run(program, timeoutMs=200)
    assert stopped["result"]["error"]["name"] == "TimeLimitExceeded"
    gone = {"type": "status", "state": "restarted"} in stopped["events"]
    assert plain_room.run("print(n)")["result"]["output"] == ("" if gone else "41\n")


@pytest.mark.in_chromium
def test_without_the_snapshot_python_starts_all_the_same(
    open_room: Callable[..., Room], parts: Path, tmp_path: Path
) -> None:
    shutil.copytree(parts, tmp_path / "python")
    index = json.loads((tmp_path / "python" / "parts.json").read_text(encoding="utf-8"))
    index["files"] = [file for file in index["files"] if file["name"] != "snapshot.bin"]
    (tmp_path / "python" / "parts.json").write_text(json.dumps(index), encoding="utf-8")
    room = open_room(parts=tmp_path / "python")
    room.value("window.shared = new Runner({ spare: false })")
    assert room.run("import decimal\nprint(decimal.Decimal(1) / 8)")["result"]["output"] == "0.125\n"


@pytest.mark.in_chromium
def test_learners_have_their_own_random_numbers_and_time_zone(open_room: Callable[..., Room]) -> None:
    room = open_room(timezone_id="Asia/Tokyo")
    program = "import random, time\nprint(random.random(), time.timezone, time.localtime().tm_gmtoff)"
    script = """
    const runners = [new Runner({ spare: false }), new Runner({ spare: false })];
    const runs = await Promise.all(runners.map(runner => runner.run(argument)));
    for (const runner of runners) runner.dispose();
    return runs.map(({ result }) => result.output.split(' '));
    """
    (one, *zone), (other, *_) = room.value(script, program)
    assert (one != other, zone) == (True, ["-32400", "32400\n"])
