"""The frame that every page of the server's own has: its head, its styles, its scripts."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_SKELETON = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="/_wasmlab/icon.svg" type="image/svg+xml">
{styles}{scripts}</head>
<body class="{kind}">
{body}
</body>
</html>
"""


def whole_page(
    title: str, kind: str, body: str, styles: Iterable[str] = (), scripts: Iterable[str] = ()
) -> str:
    """Return a page of HTML; `styles` and `scripts` are names of the client's files."""
    return _SKELETON.format(
        title=escape(title),
        kind=kind,
        body=body,
        styles="".join(
            f'<link rel="stylesheet" href="/_wasmlab/{name}">\n' for name in ("site.css", *styles)
        ),
        scripts="".join(f'<script type="module" src="/_wasmlab/{name}"></script>\n' for name in scripts),
    )
