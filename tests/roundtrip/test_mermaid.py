"""The Mermaid diagram: its text, and that Mermaid itself draws what was meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import wasmlab
from wasmlab.roundtrip import RoundTrip
from wasmlab.roundtrip.mermaid import as_mermaid
from wasmlab.roundtrip.wording import printable

VENDOR = Path(wasmlab.__file__).parent / "assets" / "vendor" / "mermaid"


def test_a_crossing_is_an_arrow_and_a_return_a_broken_one(trip: RoundTrip) -> None:
    assert as_mermaid(trip, host="JavaScript").splitlines() == [
        "sequenceDiagram",
        "  participant JS as JavaScript",
        "  participant W as WebAssembly",
        "  JS->>W: add_and_log(5, 7)",
        "  W->>JS: env.js_log(12)",
        "  JS-->>W: returns nothing",
        "  W-->>JS: returns 12",
    ]


def test_a_trap_is_a_cross_and_memory_and_gaps_are_notes(trapped: RoundTrip) -> None:
    assert as_mermaid(trapped, note="a.c:1:2: why").splitlines()[3:] == [
        "  JS->>W: f(-0.0)",
        "  W->>JS: env.say(1024, 9)",
        "  Note left of W: 9 bytes at 1024: #34;hi #92;#34;you#92;#34;#34;...",
        "  JS-->>W: returns nothing",
        "  Note over JS,W: ... 2 more crossings ...",
        "  W--xJS: trap: unreachable",
        "  Note over JS,W: a.c:1:2: why",
    ]


def test_mermaid_draws_hostile_names_as_the_text_that_they_are(
    new_page: Callable[..., Any], hostile: RoundTrip, trapped: RoundTrip
) -> None:
    page = new_page()
    page.route("https://mermaid.invalid/**", _answer)
    page.goto("https://mermaid.invalid/")
    drawn = page.evaluate(
        """async texts => {
          const { default: mermaid } = await import('/mermaid.esm.min.mjs');
          mermaid.initialize({ startOnLoad: false });
          const found = [];
          for (const text of texts) {
            const { svg } = await mermaid.render('m', text);
            const root = new DOMParser().parseFromString(svg, 'text/html').body;
            found.push([...root.querySelectorAll('.messageText, .noteText')].map(one => one.textContent));
          }
          return found;
        }""",
        [as_mermaid(hostile), as_mermaid(trapped)],
    )
    assert drawn[0] == [f"{printable(hostile.function)}()", "returns nothing"]
    assert {"env.say(1024, 9)", '9 bytes at 1024: "hi \\"you\\""...'} < {*drawn[1]}


def _answer(route: Any) -> None:
    name = route.request.url.removeprefix("https://mermaid.invalid/")
    path = VENDOR / name
    if not name:
        route.fulfill(body="<!doctype html><title>m</title>", content_type="text/html")
    elif path.is_file():
        route.fulfill(body=path.read_text(encoding="utf-8"), content_type="text/javascript")
    else:
        route.abort()
