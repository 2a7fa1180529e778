"""A round trip as one SVG file: a sequence diagram that follows the reader's light or dark."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape

from wasmlab.roundtrip.record import Crossing, RoundTrip
from wasmlab.roundtrip.wording import host_name, label, more, pointed_words, shortened

# In the drawing's own units, of which a phone shows one a pixel.
_WIDTH = 390
_HOST, _WASM = 52, _WIDTH - 52
_LINE = 17
_TOP = 80
_SCALE = 1.9  # how much larger a screen shows it that has the room
_CHARACTERS = 32  # of a label, until it is broken
_LINES = 4  # of a label, before the rest is cut

_STYLE = """
.wl { --paper: #f7f5f0; --card: #fff; --line: #b9b2a3; --ink: #1c1a24; --soft: #5b5766;
  --host: #8a5300; --host-fill: #f5bf2e; --wasm: #4a34c4; --wasm-fill: #6a54ee; --bad: #a8221b;
  display: block; margin: auto; max-width: 100%; height: auto; background: var(--paper); }
@media (prefers-color-scheme: dark) { .wl { --paper: #121117; --card: #1c1a23; --line: #5a5468;
  --ink: #f1eef8; --soft: #b3adc3; --host: #ffd25e; --host-fill: #f0b92a; --wasm: #b9acff;
  --wasm-fill: #8672ff; --bad: #ffa79e; } }
.wl text { font: 14px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--ink); }
.wl .words, .wl .title { font-family: system-ui, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }
.wl .title { font-size: 15px; font-weight: 650; }
.wl .words { font-size: 13px; fill: var(--soft); }
.wl .time { font-size: 11px; fill: var(--soft); }
.wl .paper { fill: var(--paper); } .wl .box { fill: var(--card); stroke-width: 2; }
.wl .lane { stroke: var(--line); stroke-width: 1.5; stroke-dasharray: 3 4; }
.wl .host { fill: var(--host); } .wl .wasm { fill: var(--wasm); } .wl .bad { fill: var(--bad); }
.wl .box.host { stroke: var(--host-fill); } .wl .box.wasm { stroke: var(--wasm-fill); }
.wl .box.host, .wl .box.wasm { fill: var(--card); }
.wl .busy.host { fill: var(--host-fill); } .wl .busy.wasm { fill: var(--wasm-fill); }
.wl .arrow { stroke: var(--ink); stroke-width: 2; fill: none; } .wl .head { fill: var(--ink); }
.wl .head.bad, .wl .cross { fill: var(--bad); } .wl .cross { stroke: var(--bad); stroke-width: 2.5; }
.wl .back { stroke-dasharray: 7 5; } .wl .arrow.bad { stroke: var(--bad); stroke-dasharray: 2 4; }
"""


def as_svg(trip: RoundTrip, engines: Sequence[str] = (), note: str = "", *, times: bool = False) -> str:
    """Return the drawing as text; `engines` are those that gave this answer, `note` stands below.

    With `times`, each arrow says when it happened.
    """
    rows: list[str] = []
    bars: list[str] = []
    y = _TOP
    for step in shortened(trip):
        lines = _wrapped(label(step, trip) if isinstance(step, Crossing) else more(step))
        bottom = y + _LINE * len(lines) + 19
        if isinstance(step, Crossing):
            below = [line for pointed in step.memory for line in _wrapped(pointed_words(pointed), 40)]
            rows.append(_crossing(step, lines, y, bottom, times=times))
            bars.append(_busy("host" if step.into_wasm else "wasm", y, bottom))
            if below:
                rows.append(_texts(below, bottom, "words"))
                bars.append(_busy("host", bottom, bottom + _LINE * len(below) + 6))
                bottom += _LINE * len(below) + 6
        else:
            rows.append(_texts(lines, y, "words"))
        y = bottom
    bars.append(_busy("host", y, y + 14))
    notes = _wrapped(note, 44) if note else []
    height = y + 24 + _LINE * len(notes) + (10 if notes else 0)
    return "\n".join(
        [
            _opening(trip, height),
            _frame(trip, engines or (trip.engine,), y + 14, height),
            *bars,
            *rows,
            *([_texts(notes, y + 18, "words")] if notes else []),
            "</svg>\n",
        ]
    )


def _opening(trip: RoundTrip, height: int) -> str:
    told = "; ".join(_told(step, trip) for step in shortened(trip))
    size = f'width="{_WIDTH * _SCALE:.0f}" height="{height * _SCALE:.0f}" viewBox="0 0 {_WIDTH} {height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="wl" {size} role="img" aria-labelledby="wl-t wl-d">\n'
        f'<title id="wl-t">{_escaped(_title(trip))}</title>\n<desc id="wl-d">{_escaped(told)}</desc>\n'
        f"<style>{_STYLE}</style>"
    )


def _title(trip: RoundTrip) -> str:
    return f"The round trip of {label(trip.crossings[0], trip)}"


def _told(step: Crossing | int, trip: RoundTrip) -> str:
    if isinstance(step, int):
        return more(step)
    host = host_name(trip)
    way = f"{host} to WebAssembly" if step.into_wasm else f"WebAssembly to {host}"
    return f"{way}: {label(step, trip)}"


def _frame(trip: RoundTrip, engines: Sequence[str], end: int, height: int) -> str:
    return "\n".join(
        [
            f'<rect class="paper" width="{_WIDTH}" height="{height}" rx="10"/>',
            f'<text class="words" x="{_WIDTH // 2}" y="22" text-anchor="middle">'
            f"in {_escaped(', '.join(engines))}</text>",
            *(
                f'<line class="lane" x1="{x}" y1="66" x2="{x}" y2="{end}"/>'
                f'<rect class="box {side}" x="{left}" y="34" width="132" height="34" rx="7"/>'
                f'<text class="title {side}" x="{left + 66}" y="56" text-anchor="middle">{name}</text>'
                for side, x, left, name in (
                    ("host", _HOST, 10, host_name(trip)),
                    ("wasm", _WASM, _WIDTH - 142, "WebAssembly"),
                )
            ),
        ]
    )


def _crossing(step: Crossing, lines: list[str], y: int, bottom: int, *, times: bool) -> str:
    side = "bad" if step.kind == "trap" else "host" if step.into_wasm else "wasm"
    style = "bad" if step.kind == "trap" else "back" if step.kind in ("return", "host return") else ""
    start, end, tip = (_HOST + 5, _WASM - 6, -9) if step.into_wasm else (_WASM - 5, _HOST + 6, 9)
    drawn = [
        _texts(lines, y, side),
        f'<path class="arrow {style}" d="M{start} {bottom}H{end + tip}"/>',
        f'<path class="head {style}" d="M{end} {bottom}l{tip} -5v10z"/>',
    ]
    if step.kind == "trap":
        drawn.append(f'<path class="cross" d="M{start - 5} {bottom - 6}l12 12m0 -12l-12 12"/>')
    if times:
        drawn.append(
            f'<text class="time" x="{_WIDTH - 4}" y="{bottom + 4}" text-anchor="end">'
            f"{step.microseconds:,.0f} µs</text>"
        )
    return "\n".join(drawn)


def _busy(side: str, y: int, end: int) -> str:
    """Return the bar on the lane of the side that is at work."""
    x = _HOST if side == "host" else _WASM
    return f'<rect class="busy {side}" x="{x - 5}" y="{y}" width="10" height="{end - y}" rx="2"/>'


def _texts(lines: Sequence[str], y: int, style: str) -> str:
    spans = "".join(
        f'<tspan x="{_WIDTH // 2}" y="{y + _LINE * (number + 1) + 4}">{_escaped(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text class="{style}" text-anchor="middle">{spans}</text>'


def _wrapped(text: str, width: int = _CHARACTERS) -> list[str]:
    lines = textwrap.wrap(text, width, break_on_hyphens=False) or [""]
    return lines if len(lines) <= _LINES else [*lines[: _LINES - 1], f"{lines[_LINES - 1][: width - 3]}..."]


def _escaped(text: str) -> str:
    return escape(text)
