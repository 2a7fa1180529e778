"""A learner's program gets nowhere: 54 attempts in Chromium and Firefox, each looked at from outside."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from .attacks import ATTEMPTS, Attempt
from .conftest import Room

# What the page keeps and what it hears: none of it may change.
SET_UP = """
document.cookie = 'session=alice';
localStorage.setItem('mark', '97');
await new Promise((good, bad) => {
  const request = indexedDB.open('marks');
  request.onupgradeneeded = () => request.result.createObjectStore('marks').put(97, 'alice');
  request.onsuccess = () => { request.result.close(); good(); };
  request.onerror = bad;
});
window.heard = [];
window.channel = new BroadcastChannel('app');
window.channel.onmessage = ({ data }) => window.heard.push(data);
window.addEventListener('message', ({ data }) => window.heard.push(data));
"""
LOOK = """
const mark = await new Promise((good, bad) => {
  const request = indexedDB.open('marks');
  request.onsuccess = () => {
    const got = request.result.transaction('marks').objectStore('marks').get('alice');
    got.onsuccess = () => { request.result.close(); good(got.result); };
  };
  request.onerror = () => bad(request.error);
});
const rights = await navigator.serviceWorker.getRegistrations();
return {
  cookie: document.cookie, stored: localStorage.getItem('mark'), mark, heard: window.heard,
  title: document.title, caches: await caches.keys(), workers: rights.length,
  spoiled: 'spoiled' in {}, frames: [...document.querySelectorAll('iframe')].every(({ hidden }) => hidden),
};
"""
UNTOUCHED = {
    "cookie": "session=alice",
    "stored": "97",
    "mark": 97,
    "heard": [],
    "title": "runner",
    "caches": [],
    "workers": 0,
    "spoiled": False,
    "frames": True,
}


@dataclass
class Arena:
    """The page under attack, and a foreign server that counts who comes."""

    room: Room
    foreign: str
    visits: list[str]


@pytest.fixture(scope="module")
def foreign() -> Iterator[tuple[str, list[str]]]:
    """Return the address of a server that notes every connection, and its notes."""
    visits: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def listen() -> None:
        while not ended.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            visits.append("came")
            connection.close()

    threading.Thread(target=listen, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", visits
    ended.set()
    listener.close()


@pytest.fixture(scope="module")
def arena(open_room: Callable[..., Room], foreign: tuple[str, list[str]]) -> Arena:
    address, visits = foreign
    room = open_room()
    room.value(SET_UP)
    room.value("window.shared = new Runner({ spare: false, onInput: () => 'x' }); await window.shared.init()")
    return Arena(room, address, visits)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.name)
def test_a_program_gets_nowhere_that(attempt: Attempt, arena: Arena) -> None:
    room = arena.room
    room.server.asked.clear()
    arena.visits.clear()
    program = (
        attempt.program.replace("FOREIGN_PORT", arena.foreign.rpartition(":")[2])
        .replace("FOREIGN", arena.foreign)
        .replace("APP", room.server.address)
    )
    result = room.run(program, timeoutMs=attempt.timeout)["result"]
    told = result["output"] + result.get("error", {}).get("name", "")
    assert re.search(attempt.told, told), told
    assert "SECRET" not in told
    _works_again(room, attempt)
    assert room.value(LOOK) == UNTOUCHED
    assert (room.server.asked, arena.visits) == ([], [])


def _works_again(room: Room, attempt: Attempt) -> None:
    """The next learner finds a Python that works, at the latest after a reset."""
    check = "print(sum([1, 2]), 'JSON', __import__('json').dumps([3]))"
    room.do("await window.shared.reset().catch(() => {})")
    result = room.run(check, timeoutMs=3000)["result"]
    if attempt.ends and result.get("error", {}).get("name") == "TimeLimitExceeded":
        result = room.run(check)["result"]  # the worker was silent and has been replaced
    assert result["output"] == "3 JSON [3]\n", result


def test_the_list_is_whole() -> None:
    assert (len(ATTEMPTS), len({attempt.name for attempt in ATTEMPTS})) == (54, 54)
