"""Tells what is on this machine and what is missing: plain lines for a person, JSON for a machine."""

from __future__ import annotations

import platform
from dataclasses import asdict
from typing import Any

from wasmlab import __version__
from wasmlab.errors import GOOD, TOOL_MISSING
from wasmlab.provision.parts import Finding
from wasmlab.provision.system import install_text


def exit_code(findings: list[Finding]) -> int:
    """Return 0 when all that is needed is there, else the code of a missing tool."""
    return GOOD if all(found.ok or not found.needed for found in findings) else TOOL_MISSING


def to_json(findings: list[Finding]) -> dict[str, Any]:
    """Return the report as plain data."""
    return {
        "wasmlab": __version__,
        "system": platform.platform(),
        "ok": exit_code(findings) == GOOD,
        "parts": [{**asdict(found), "system_remedy": install_text(found.name)} for found in findings],
    }


def to_lines(findings: list[Finding]) -> list[str]:
    """Return the report for a person; what is missing comes with the command that gets it."""
    width = max(len(found.name) for found in findings)
    lines = [f"wasmlab {__version__} on {platform.platform()}"]
    for found in findings:
        state = "ok     " if found.ok else "MISSING" if found.needed else "not here"
        words = [found.version, found.path] if found.ok else [found.problem, f"(for {found.use})"]
        lines.append(f"{state}  {found.name:<{width}}  {'  '.join(word for word in words if word)}")
        lines += [f"{'':{width + 11}}{remedy}" for remedy in _remedies(found)]
    return [*lines, _verdict(findings)]


def _remedies(found: Finding) -> list[str]:
    if found.ok:
        return []
    other = install_text(found.name)
    return [f"get it: {found.remedy}", *([f"or:     {other}"] if other else [])]


def _verdict(findings: list[Finding]) -> str:
    missing = [found.name for found in findings if found.needed and not found.ok]
    if missing:
        return f"{', '.join(missing)} missing; wasmlab setup gets what it can"
    return "everything that is needed is here"
