"""The files of the engine's page, and how they are served: isolated, so that threads are there."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent / "page"
_TYPES = {".html": "text/html", ".js": "text/javascript"}

# As the development server does it.
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
CONSULT = "host"
"""Where a worker asks for what a host function in Python does."""


def page_file(name: str) -> tuple[str, bytes] | None:
    """Return the type and the content of the page's file `name`, or None where it has none."""
    known = {entry.name: entry for entry in _FOLDER.iterdir() if entry.suffix in _TYPES}
    path = known.get(name or "index.html")
    return (_TYPES[path.suffix], path.read_bytes()) if path else None
