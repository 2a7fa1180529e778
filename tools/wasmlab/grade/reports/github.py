"""GitHub: annotations for the log, a summary for the step; nothing of a submission can be a command."""

from __future__ import annotations

import re

from wasmlab.grade.outcome import Batch, Graded, as_text
from wasmlab.grade.reports.rows import public_rows, said

SHOWN = 10
"""GitHub shows so many annotations of a kind in a step."""
_SUMMARY = 1 << 20
_PLACE = re.compile(r"(?P<file>[^\s:]+):(?P<line>\d+)(?::(?P<column>\d+))?: (?P<text>.+)")


def render(batch: Batch) -> str:
    """Return the annotations, a workflow command a line."""
    found = [command for graded in batch.graded for command in _commands(graded, batch)]
    if len(found) > SHOWN:
        more = f"{len(found) - SHOWN + 1} more are in the summary of this step"
        found = [*found[: SHOWN - 1], command("error", more, title=batch.lesson)]
    return "".join(f"{line}\n" for line in found)


def command(kind: str, text: str, **properties: str) -> str:
    """Return one workflow command; whatever its parts say, it is that one command."""
    words = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{kind} {words}::{_data(text)}" if words else f"::{kind}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _commands(graded: Graded, batch: Batch) -> list[str]:
    who = f"{graded.name}: " if len(batch.graded) > 1 else ""
    if graded.why:
        place = _PLACE.fullmatch(graded.why)
        words = {"file": place["file"], "line": place["line"], "col": place["column"] or ""} if place else {}
        text = place["text"] if place else graded.why
        return [command("error", f"{who}{text}\n{graded.hint}".strip(), **words, title=graded.outcome)]
    return [
        command("error", f"{who}{row.told or row.line}", title=row.line)
        for row in public_rows(graded)
        if row.state == "failed"
    ]


def summary(batch: Batch) -> str:
    """Return the step's summary in Markdown, with every row."""
    counts = ", ".join(f"{number} {word}" for word, number in batch.counts.items() if number)
    lines = [f"## {_text(batch.title)}", "", f"{counts or 'nothing graded'}.", ""]
    for graded in batch.graded:
        lines += _section(graded, batch)
    whole = "\n".join(lines) + "\n"
    if len(whole.encode()) <= _SUMMARY:
        return whole
    note = "\n\nThe rest is cut: a summary has at most 1 MiB.\n"
    return whole.encode()[: _SUMMARY - len(note)].decode("utf-8", "ignore") + note


def _section(graded: Graded, batch: Batch) -> list[str]:
    points = f"{as_text(graded.earned)} of {as_text(batch.possible)} points"
    lines = [f"### {_text(graded.name)}: {graded.outcome}, {points}", ""]
    if text := said(graded):
        lines += [f"<pre>{_text(text)}</pre>", ""]
    lines += ["| check | | points |", "| --- | --- | --- |"]
    for row in public_rows(graded):
        told = _cell(row.told if row.state == "failed" else "")
        check = f"{_cell(row.line)}<br>{told}" if told else _cell(row.line)
        lines.append(f"| {check} | {row.state} | {as_text(row.earned)} of {as_text(row.possible)} |")
    return [*lines, ""]


def _text(text: str) -> str:
    """Write text so that Markdown and HTML are text too."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_{}\[\]()#+!|~@])", lambda found: f"&#{ord(found[1])};", text)


def _cell(text: str) -> str:
    return _text(text).replace("\r", "").replace("\n", "<br>")
