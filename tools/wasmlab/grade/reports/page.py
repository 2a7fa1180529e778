"""One HTML page with all in it: the class at a glance, and each submission's checks; it loads nothing."""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections import Counter
from html import escape
from pathlib import Path

from wasmlab.grade.outcome import WORDS, Batch, Graded, as_text
from wasmlab.grade.reports.rows import Row, rows, said

_STYLE = Path(__file__).with_name("page.css")
_SCRIPT = Path(__file__).with_name("page.js")
_BARS = 10
_MARKS = {"passed": "\u2713", "failed": "\u2717", "waits": "\u2026", "left-out": "\u2013"}


def render(batch: Batch) -> str:
    """Return the page."""
    number = len(batch.graded)
    title = f"{escape(batch.title)}: {number} submission{'s' if number != 1 else ''}"
    state = "" if batch.complete else "<p class=warning>Stopped before all were graded.</p>"
    weak = "" if batch.confined else " It could read what the grader can."
    script = _SCRIPT.read_text(encoding="utf-8").strip()
    # No other script runs, whatever a submission has brought into the page.
    ours = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{ours}'"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
{_STYLE.read_text(encoding="utf-8").strip()}
</style>
</head>
<body>
<header>
<h1>{title}</h1>
{_shares(batch)}
<p class=outcomes>{_counts(batch)}</p>
{state}
</header>
<main>
{_points(batch)}
{_checks(batch)}
{_class(batch)}
<section>
<h2>Each submission</h2>
{"".join(_submission(graded, number, batch) for number, graded in _by_name(batch))}
</section>
</main>
<footer>
<p>Engines: {escape(", ".join(batch.engines))}. Compiler: {escape(batch.confinement)}.{weak}
{_left_out(batch)}</p>
</footer>
<script type="module">{script}</script>
</body>
</html>
"""


def _counts(batch: Batch) -> str:
    parts = [
        f'<span class="outcome {word}">{number} {word}</span>'
        for word, number in batch.counts.items()
        if number
    ]
    return " ".join(parts) or "nothing graded"


def _shares(batch: Batch) -> str:
    """Draw the outcomes side by side; the words and numbers below say the same."""
    parts = "".join(
        f'<span class="{word}" style="flex: {number}"></span>'
        for word, number in batch.counts.items()
        if number
    )
    return f'<div class="shares" aria-hidden="true">{parts}</div>'


def _points(batch: Batch) -> str:
    """Draw how the points are spread: as many bars as fit the points, at most ten."""
    possible = batch.possible
    if not possible or not batch.graded:
        return ""
    bins = Counter(min(int(_BARS * graded.earned / possible), _BARS - 1) for graded in batch.graded)
    most = max(bins.values())
    bars = []
    for number in range(_BARS):
        low, high = possible * number / _BARS, possible * (number + 1) / _BARS
        label = f'{as_text(low, 2)}<span class="to"> to {as_text(high, 2)}</span>'
        height = 100 * bins[number] / most
        bars.append(
            f'<li><span class="count">{bins[number] or ""}</span>'
            f'<span class="bar" style="height: {height:.0f}px"></span><span class="label">{label}</span></li>'
        )
    mean = sum(graded.earned for graded in batch.graded) / len(batch.graded)
    return (
        f"<section><h2>Points</h2><p>{as_text(mean, 2)} of {as_text(possible, 2)} on average.</p>"
        f'<ol class="bars">{"".join(bars)}</ol></section>'
    )


def _checks(batch: Batch) -> str:
    """List the checks, the one that fails most first."""
    failed: Counter[tuple[str, bool]] = Counter()
    lines: dict[tuple[str, bool], str] = {}
    seconds: Counter[tuple[str, bool]] = Counter()
    for graded in batch.graded:
        found = {(row.check, row.hidden): row for row in rows(graded)}
        lost = {(row.check, row.hidden) for row in rows(graded) if row.state in ("failed", "waits")}
        failed.update({key: int(key in lost) for key in found})
        for row in rows(graded):
            lines.setdefault((row.check, row.hidden), row.line.partition(" (")[0])
            seconds[row.check, row.hidden] += row.seconds  # type: ignore[assignment]
    if not lines:
        return ""
    total = len(batch.graded)
    body = "".join(
        f"<tr><td>{escape(lines[key])}{_hidden(key[1])}</td><td class=number>{failed[key]}</td>"
        f'<td class="part"><span style="width: {100 * failed[key] / total:.0f}%"></span></td>'
        f"<td class=number>{1000 * seconds[key] / total:.0f} ms</td></tr>"
        for key in sorted(lines, key=lambda key: -failed[key])
    )
    head = "<tr><th>Check</th><th class=number>Missed</th><th>Share</th><th class=number>Mean time</th></tr>"
    table = f'<table class="checks">{head}{body}</table>'
    return f"<section><h2>Checks, the one that is missed most first</h2>{table}</section>"


def _class(batch: Batch) -> str:
    body = "".join(
        f'<tr><td><a href="#s{number}"><bdi>{escape(graded.name)}</bdi></a></td>'
        f'<td><span class="outcome {graded.outcome}">{graded.outcome}</span></td>'
        f"<td class=number>{as_text(graded.earned, 2)}</td><td class=number>{_seconds(graded)}</td>"
        f"<td>{escape(graded.why or _same(graded))}</td></tr>"
        for number, graded in _by_name(batch)
    )
    numbers = "<th class=number>Points</th><th class=number>Time</th>"
    head = f"<tr><th>Submission</th><th>Outcome</th>{numbers}<th>Note</th></tr>"
    return f'<section><h2>The class</h2><table class="class">{head}{body}</table></section>'


def _by_name(batch: Batch) -> list[tuple[int, Graded]]:
    """Return the submissions, numbered, as a list of people stands: Á beside A, large and small alike."""
    return sorted(enumerate(batch.graded), key=lambda each: _folded(each[1].name))


def _folded(name: str) -> tuple[str, str]:
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return plain.casefold(), name


def _seconds(graded: Graded) -> str:
    """Return the time it took; what was graded with another, or not run at all, took none."""
    return f"{graded.seconds:.2f} s" if graded.seconds >= 0.005 else ""


def _same(graded: Graded) -> str:
    return f"the same files as {graded.same_as}" if graded.same_as else ""


def _submission(graded: Graded, number: int, batch: Batch) -> str:
    assert graded.outcome in WORDS
    text = said(graded)
    told = f"<pre>{escape(text)}</pre>" if text else ""
    notes = "".join(f"<p>{escape(note)}</p>" for note in (_same(graded), *graded.notes) if note)
    opened = " open" if len(batch.graded) == 1 else ""
    # The number is on what is inside: a browser that goes there opens what hides it.
    return (
        f"<details{opened}><summary><bdi>{escape(graded.name)}</bdi> "
        f'<span class="outcome {graded.outcome}">{graded.outcome}</span> '
        f"{as_text(graded.earned, 2)} of {as_text(batch.possible, 2)}</summary>"
        f'<div id="s{number}">{told}{notes}<table>{"".join(map(_row, rows(graded)))}</table></div></details>'
    )


def _row(row: Row) -> str:
    why = f"waits for {row.waits_for}" if row.waits_for else row.told
    told = f"<pre>{escape(why)}</pre>" if why else ""
    return (
        f'<tr><td class="mark {row.state}" title="{row.state}">{_MARKS[row.state]}</td>'
        f"<td>{escape(row.line)}{_hidden(row.hidden)}{told}</td>"
        f"<td class=number>{as_text(row.earned, 2)} of {as_text(row.possible, 2)}</td></tr>"
    )


def _hidden(hidden: bool) -> str:
    return ' <span class="tag">hidden</span>' if hidden else ""


def _left_out(batch: Batch) -> str:
    if not batch.left_out:
        return ""
    names = ", ".join(name.removeprefix("test_").replace("_", " ") for name in batch.left_out)
    return f"Left out, for they need a browser: {escape(names)}."
