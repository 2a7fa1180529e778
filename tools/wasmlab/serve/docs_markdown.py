"""Markdown to HTML: anchors, tables, coloured code, diagrams kept as text for the page to draw."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token


@dataclass(frozen=True)
class Heading:
    """A heading that a table of contents may point at."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Rendered:
    """A document's HTML and its headings."""

    html: str
    headings: list[Heading]


def render(text: str, resolve: Callable[[str], str]) -> Rendered:
    """Render Markdown; `resolve` turns each link and image address into the served one."""
    from mdit_py_plugins.anchors import anchors_plugin

    markdown = MarkdownIt("commonmark", {"html": False, "highlight": _highlight})
    markdown.enable(["table", "strikethrough"]).use(anchors_plugin, max_level=4)
    markdown.add_render_rule("table_open", _table_open)
    markdown.add_render_rule("table_close", _table_close)
    tokens = _with_marks(markdown.parse(text))
    for token in tokens:
        for child in (token, *(token.children or [])):
            _resolve_links(child, resolve)
    _empty_headers(tokens)
    html = markdown.renderer.render(tokens, markdown.options, {})
    return Rendered(html, _headings(tokens))


_MARK = re.compile(r"<!-- executable:\s*(.*?)\s*-->")
_TITLE = re.compile(r'\btitle="([^"]*)"')


def _with_marks(tokens: list[Token]) -> list[Token]:
    """Move each `<!-- executable: Title -->` into the fence that follows it."""
    kept: list[Token] = []
    for token in tokens:
        mark = _MARK.fullmatch(kept[-2].content) if token.type == "fence" and len(kept) > 2 else None
        if mark and kept[-3].type == "paragraph_open":
            del kept[-3:]
            title = mark[1].replace('"', "'")
            token.info = f'{token.info} exec title="{title}"'
        kept.append(token)
    return kept


def executable(info: str) -> tuple[str, str] | None:
    """Return the language and the title of a fence that is to be run, by the words behind its backticks."""
    language, _, rest = info.strip().partition(" ")
    if "exec" not in _TITLE.sub("", rest).split():
        return None
    title = _TITLE.search(rest)
    return language, title[1] if title else ""


@dataclass(frozen=True)
class Program:
    """A fence that is to be run, and the `output` fence right behind it."""

    language: str
    title: str
    code: str
    output: str


def programs(text: str) -> list[Program]:
    """Return a document's programs in their order."""
    tokens = _with_marks(MarkdownIt("commonmark", {"html": False}).parse(text))
    found = []
    for number, token in enumerate(tokens):
        marked = executable(token.info) if token.type == "fence" else None
        if marked:
            after = tokens[number + 1] if number + 1 < len(tokens) else None
            shown = (
                after.content if after and after.type == "fence" and after.info.strip() == "output" else ""
            )
            found.append(Program(*marked, token.content, shown))
    return found


def _resolve_links(token: Token, resolve: Callable[[str], str]) -> None:
    for name in ("href", "src"):
        if address := token.attrs.get(name):
            token.attrs[name] = resolve(str(address))


def _empty_headers(tokens: Sequence[Token]) -> None:
    """A header cell without a text heads nothing: a screen reader is better off with a plain one."""
    for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type == "th_open" and not inline.content:
            opening.tag = closing.tag = "td"


def _headings(tokens: Sequence[Token]) -> list[Heading]:
    return [
        Heading(int(token.tag[1]), str(token.attrs.get("id", "")), _plain(tokens[number + 1]))
        for number, token in enumerate(tokens)
        if token.type == "heading_open"
    ]


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [] if child.type in ("text", "code_inline"))


def _highlight(code: str, language: str, attributes: str) -> str:
    """Return the block's whole HTML; markdown-it leaves what begins with `<pre` as it is."""
    if language == "mermaid":
        return f'<pre class="diagram"><code>{escape(code)}</code></pre>'
    if found := executable(f"{language} {attributes}"):
        data = f'data-language="{escape(found[0])}" data-title="{escape(found[1])}"'
        return f'<pre class="exec" {data} tabindex="0"><code>{_coloured(code, language)}</code></pre>'
    kind = f' class="language-{escape(language)}"' if language else ""
    return f'<pre tabindex="0"><code{kind}>{_coloured(code, language)}</code></pre>'


def _coloured(code: str, language: str) -> str:
    import pygments
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(_ALIASES.get(language, language))
    except ClassNotFound:
        return escape(code)
    return str(pygments.highlight(code, lexer, HtmlFormatter(nowrap=True, classprefix="t-")))


_ALIASES = {"wat": "wast", "sh": "bash", "shell": "console"}


def _table_open(_self: Any, *_rest: Any) -> str:
    return '<div class="table" role="group" aria-label="Table" tabindex="0"><table>\n'


def _table_close(_self: Any, *_rest: Any) -> str:
    return "</table></div>\n"
