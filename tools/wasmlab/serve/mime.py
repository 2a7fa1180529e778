"""Content types set in code: what Windows' registry says of `.js` depends on what was installed."""

from __future__ import annotations

from pathlib import PurePath

_TEXT = {
    ".html": "text/html",
    ".htm": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".xml": "application/xml",
    ".md": "text/markdown",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".toml": "text/plain",
    ".c": "text/plain",
    ".h": "text/plain",
    ".cc": "text/plain",
    ".cpp": "text/plain",
    ".hpp": "text/plain",
    ".s": "text/plain",
    ".py": "text/plain",
    ".ts": "text/plain",
    ".sh": "text/plain",
    ".ps1": "text/plain",
    ".wat": "text/plain",
    ".wast": "text/plain",
}
_BYTES = {
    ".wasm": "application/wasm",
    ".data": "application/octet-stream",
    ".whl": "application/octet-stream",
    ".zip": "application/zip",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".ico": "image/x-icon",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".ogg": "audio/ogg",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
}


def content_type(name: str) -> str:
    """Return the Content-Type for a file of this name, by its ending."""
    ending = PurePath(name).suffix.lower()
    if ending in _TEXT:
        return f"{_TEXT[ending]}; charset=utf-8"
    return _BYTES.get(ending, "application/octet-stream")


def is_text(name: str) -> bool:
    """Return whether a file of this name is text, and so shrinks when it is compressed."""
    return PurePath(name).suffix.lower() in _TEXT


def is_html(name: str) -> bool:
    """Return whether a file of this name is a page."""
    return PurePath(name).suffix.lower() in (".html", ".htm")
