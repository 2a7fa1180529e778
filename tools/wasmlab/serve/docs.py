"""The course's Markdown as pages: every file under `docs/`, and each lesson's README."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from itertools import chain
from pathlib import Path
from urllib.parse import quote

from wasmlab.course import Course
from wasmlab.serve.docs_markdown import Heading, render
from wasmlab.serve.frame import whole_page
from wasmlab.serve.paths import find_file

CELLS = "cell/wasmlab-cell.js"
"""A lesson that has this file lends its cells to the pages of the docs."""
_TITLE = re.compile(r"^# +(.+?) *#*$", re.MULTILINE)
_GROUPS = {
    "": "Lectures",
    "how-to": "How to",
    "explanation": "Explanation",
    "reference": "Reference",
    "lessons": "Lessons",
    "contributing": "Project",
}


@dataclass(frozen=True)
class Doc:
    """One Markdown file: where it lies in the course, and where it is served."""

    file: str
    url: str
    title: str


def docs_page(course: Course, path: str) -> bytes | None:
    """Return the page served at `/docs/<path>`, or None where no Markdown file belongs to it."""
    groups = list_docs(course)
    if path == "" and not (course.root / "docs" / "README.md").is_file():
        return _contents(groups).encode()
    file = _file_of(path)
    root = course.root.resolve()
    found = find_file(root, tuple(file.split("/")), root)
    if found is None or not found.is_file():
        return None
    text = found.read_text(encoding="utf-8", errors="replace")
    url = served_at(file)
    title, body = title_of(text) or found.stem, render(text, lambda link: resolve(file, link))
    return _page(title, url, _cells_address(course) + body.html, body.headings, groups).encode()


def _cells_address(course: Course) -> str:
    """Return the element that says where the course has cells, for programs that can be run."""
    for lesson in course.lessons:
        if (lesson.root / CELLS).is_file():
            return f'<meta name="wasmlab-cells" content="{escape(quote(f"/{lesson.name}/{CELLS}"))}">\n'
    return ""


def list_docs(course: Course) -> list[tuple[str, list[Doc]]]:
    """Return what there is to read, by group: the lectures, the folders of `docs/`, the lessons."""
    groups: dict[str, list[Doc]] = {key: [] for key in _GROUPS}
    for path in sorted((course.root / "docs").rglob("*.md")):
        file = path.relative_to(course.root).as_posix()
        if file != "docs/README.md":  # the page that `/docs/` itself is
            groups.setdefault(_group(file), []).append(_doc(path, file))
    for lesson in course.lessons:
        if (readme := lesson.root / "README.md").is_file():
            groups["lessons"].append(_doc(readme, f"{lesson.name}/README.md"))
    names = {key: _GROUPS.get(key, key.replace("-", " ").capitalize()) for key in groups}
    return [(names[key], docs) for key, docs in groups.items() if docs]


def _group(file: str) -> str:
    """Return the folder under `docs/`; a file about the project itself is no lecture."""
    folder, _, name = file.removeprefix("docs/").rpartition("/")
    return folder or ("contributing" if name == "contributing.md" else "")


def _doc(path: Path, file: str) -> Doc:
    text = path.read_text(encoding="utf-8", errors="replace")
    return Doc(file, served_at(file), title_of(text) or path.stem)


def title_of(text: str) -> str:
    """Return the text of a document's first heading, without its marks."""
    match = _TITLE.search(text)
    return re.sub(r"[`*]", "", match[1]) if match else ""


def served_at(file: str) -> str:
    """Return the address at which a file of the course is served."""
    lesson, _, rest = file.partition("/")
    if lesson == "docs" and file.endswith(".md"):
        return quote("/" + file.removesuffix(".md").removesuffix("README"))
    if rest == "README.md":
        return quote(f"/docs/lessons/{lesson}")
    return quote("/" + file)


def _file_of(path: str) -> str:
    if path.startswith("lessons/") and path.count("/") == 1:
        return f"{path.removeprefix('lessons/')}/README.md"
    return f"docs/{path}README.md" if path == "" or path.endswith("/") else f"docs/{path}.md"


def resolve(file: str, link: str) -> str:
    """Return where a link in `file` leads once the file is served; other sites are left alone."""
    target, mark, fragment = link.partition("#")
    if not target or re.match(r"[a-z][a-z0-9+.-]*:|/", target, re.IGNORECASE):
        return link
    parts: list[str] = []
    for part in chain(file.split("/")[:-1], target.split("/")):
        if part == ".." and parts:
            parts.pop()
        elif part not in (".", ".."):
            parts.append(part)
    return served_at(_unquoted("/".join(parts))) + mark + fragment


def _unquoted(text: str) -> str:
    from urllib.parse import unquote

    return unquote(text)


def _page(
    title: str, url: str, html: str, headings: list[Heading], groups: list[tuple[str, list[Doc]]]
) -> str:
    scripts = [s for s, mark in (("docs.js", "diagram"), ("cells.js", "exec")) if f'class="{mark}"' in html]
    body = f"""<header class="bar"><a href="/">wasmlab</a> <a href="/docs/">Docs</a></header>
<div class="columns">
<nav class="tree" aria-label="Docs">
{_tree(groups, url)}</nav>
<main><article>
{html}</article>
{_neighbours(groups, url)}</main>
{_contents_of(headings)}</div>"""
    return whole_page(f"{title} · wasmlab", "docs", body, ["docs.css"], scripts)


def _contents(groups: list[tuple[str, list[Doc]]]) -> str:
    return _page("Docs", "/docs/", f"<h1>Docs</h1>\n{_tree(groups, '/docs/')}", [], groups)


def _tree(groups: list[tuple[str, list[Doc]]], here: str) -> str:
    lists = []
    for group, docs in groups:
        items = "".join(f"<li>{_link(doc, here)}</li>" for doc in docs)
        lists.append(f"<p>{escape(group)}</p>\n<ul>{items}</ul>\n")
    return "".join(lists)


def _link(doc: Doc, here: str) -> str:
    current = ' aria-current="page"' if doc.url == here else ""
    return f'<a href="{escape(doc.url)}"{current}>{escape(doc.title)}</a>'


def _contents_of(headings: list[Heading]) -> str:
    items = [h for h in headings if h.level == 2]
    if len(items) < 2:
        return ""
    links = "".join(f'<li><a href="#{escape(h.id)}">{escape(h.text)}</a></li>' for h in items)
    return f'<nav class="contents" aria-label="On this page"><p>On this page</p><ul>{links}</ul></nav>\n'


def _neighbours(groups: list[tuple[str, list[Doc]]], here: str) -> str:
    """Return links to the pages before and after this one, in the order of the tree."""
    docs = [doc for _, group in groups for doc in group]
    place = next((n for n, doc in enumerate(docs) if doc.url == here), None)
    if place is None:
        return ""
    before = f'<a rel="prev" href="{escape(docs[place - 1].url)}">{escape(docs[place - 1].title)}</a>'
    after = place + 1 < len(docs)
    then = (
        f'<a rel="next" href="{escape(docs[place + 1].url)}">{escape(docs[place + 1].title)}</a>'
        if after
        else ""
    )
    return f'<nav class="neighbours" aria-label="Next pages">{before if place else ""}{then}</nav>\n'
