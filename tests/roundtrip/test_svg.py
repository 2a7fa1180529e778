"""The SVG: one file that is well-formed, reads on a phone and on a projector, light and dark."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from wasmlab.checks.page.browsers import Browsers
from wasmlab.roundtrip import RoundTrip
from wasmlab.roundtrip.rendering import as_drawing
from wasmlab.roundtrip.svg import as_svg

TEXT = "{http://www.w3.org/2000/svg}text"


def texts(svg: str) -> list[str]:
    return ["".join(each.itertext()) for each in ET.fromstring(svg).iter(TEXT)]


def test_the_drawing_names_the_engines_the_lanes_and_each_crossing(trip: RoundTrip) -> None:
    assert texts(as_drawing("svg", [trip, trip])) == [
        "in wasmtime, wasmtime",
        "host",
        "WebAssembly",
        "add_and_log(5, 7)",
        "env.js_log(12)",
        "returns nothing",
        "returns 12",
    ]


def test_a_note_the_memory_and_the_times_are_drawn(trapped: RoundTrip) -> None:
    drawn = texts(as_svg(trapped, note="a.c:1:2: why", times=True))
    assert [each for each in drawn if "µs" in each] == ["0 µs", "2 µs", "3 µs", "4 µs"]
    assert {'9 bytes at 1024: "hi \\"you\\""...', "... 2 more crossings ...", "a.c:1:2: why"} < {*drawn}


def test_the_drawing_refers_to_nothing_outside(trapped: RoundTrip) -> None:
    svg = as_svg(trapped).replace("http://www.w3.org/2000/svg", "")
    assert [word for word in ("href", "url(", "@import", "http", "<script", "<image") if word in svg] == []


def test_a_hostile_name_stays_text(hostile: RoundTrip) -> None:
    svg = as_svg(hostile)
    tags = {each.tag.rpartition("}")[2] for each in ET.fromstring(svg).iter()}
    assert tags == {"svg", "title", "desc", "style", "rect", "line", "text", "tspan", "path"}
    assert any("<b>&" in text for text in texts(svg))


def test_a_reader_who_does_not_see_it_is_told_every_crossing(trip: RoundTrip) -> None:
    root = ET.fromstring(as_svg(trip))
    title, told = (root.findtext(f"{{http://www.w3.org/2000/svg}}{tag}") for tag in ("title", "desc"))
    assert (root.get("role"), title) == ("img", "The round trip of add_and_log(5, 7)")
    assert (told or "").split("; ")[1] == "WebAssembly to host: env.js_log(12)"


# In a browser

BOXES = """() => [...document.querySelectorAll('text')].map(text => {
  const { left, right } = text.getBoundingClientRect();
  return [left, right, parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a];
})"""


@pytest.mark.parametrize(("width", "height", "least"), [(1280, 720, 19.0), (390, 844, 10.5)])
def test_every_word_is_inside_and_large_enough(
    new_page: Callable[..., Any],
    trapped: RoundTrip,
    hostile: RoundTrip,
    width: int,
    height: int,
    least: float,
) -> None:
    page = new_page(viewport={"width": width, "height": height})
    for trip in (trapped, hostile):
        page.goto("about:blank")
        page.set_content(f"<body style='margin:0'>{as_svg(trip, note='n' * 44, times=True)}")
        boxes = page.evaluate(BOXES)
        assert all(0 <= left < right <= width for left, right, _ in boxes), boxes
        assert min(size for *_, size in boxes) >= least
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_follows_light_and_dark(browsers: Browsers, trip: RoundTrip) -> None:
    """Tried in Chromium alone: the system's Firefox cannot be told a scheme by its driver."""
    paper = "getComputedStyle(document.querySelector('.paper')).fill"
    colours = []
    for scheme in ("light", "dark"):
        with closing(browsers.get("chromium").new_context(color_scheme=scheme)) as context:
            page = context.new_page()
            page.set_content(as_svg(trip))
            colours.append(page.evaluate(paper))
    assert colours == ["rgb(247, 245, 240)", "rgb(18, 17, 23)"]
