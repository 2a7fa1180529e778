"""The pages that the server makes itself: the course's front page, and the one for an unknown address."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from html import escape
from typing import Any
from urllib.parse import quote

from wasmlab.course import Course
from wasmlab.errors import ManifestError
from wasmlab.lesson import Lesson, page_problem
from wasmlab.serve.docs import list_docs
from wasmlab.serve.frame import whole_page


def course_page(course: Course, status: dict[str, Any]) -> str:
    """Return the front page: every lesson with its state and links, then the lectures."""
    states = status.get("lessons", {})
    cards = [_lesson_card(lesson, states.get(lesson.name)) for lesson in course.lessons]
    cards += [_broken_card(name, error) for name, error in course.broken.items()]
    body = f"""<header class="top"><h1>wasmlab</h1>
<p>WebAssembly, lesson by lesson: change the C, save, and watch the page answer.</p></header>
<main>
{_copy_note(course)}<h2>Lessons</h2>
<ol class="lessons">
{"".join(cards) or _no_lessons()}</ol>
{_lectures(course)}</main>"""
    return whole_page("wasmlab", "course", body, ["course.css"])


def _lesson_card(lesson: Lesson, state: dict[str, Any] | None) -> str:
    name = quote(lesson.name)
    kind, words, details = _state(lesson, state)
    title = escape(lesson.title)
    if missing := page_problem(lesson):
        details += f'<ul class="problems"><li>{escape(missing)}</li></ul>\n'
    has_text = (lesson.root / "README.md").is_file()
    hidden = f'<span class="hidden">: {title}</span>'
    read = f'<a href="/docs/lessons/{name}">Read along{hidden}</a>' if has_text else ""
    return f"""<li class="lesson">
<h3><a href="/{name}/">{title}</a></h3>
<p>{escape(lesson.summary)}</p>
<p class="state {kind}">{escape(words)}</p>
{details}<p class="links"><code>{escape(lesson.name)}</code>{read}</p>
</li>
"""


def _state(lesson: Lesson, state: dict[str, Any] | None) -> tuple[str, str, str]:
    """Return the state's class, its words, and the list of what is wrong."""
    if not (lesson.targets or lesson.assets):
        return "plain", "Nothing to build", ""
    if state is None:
        return "plain", "Is built when it is opened", ""
    errors = [problem for problem in state["problems"] if problem["severity"] == "error"]
    if state["ok"]:
        return "good", "Built", ""
    kept = "; the last module that built still runs" if state["kept"] else ""
    lines = "".join(f"<li>{_problem(problem)}</li>" for problem in errors[:3])
    return "bad", f"Does not build{kept}", f'<ul class="problems">{lines}</ul>\n'


def _problem(problem: dict[str, Any]) -> str:
    place = ":".join(str(problem[key]) for key in ("file", "line", "column") if problem[key])
    shown = f"<code>{escape(place)}</code> " if place else ""
    return f"{shown}{escape(problem['text'] or problem['what'])}{_hint(problem['hint'])}"


def _hint(hint: str) -> str:
    return f'<span class="hint">{escape(hint)}</span>' if hint else ""


def _broken_card(name: str, error: ManifestError) -> str:
    what = error.what.removeprefix(str(error.path.parent)).lstrip("/\\")
    return f"""<li class="lesson broken">
<h3>{escape(name)}</h3>
<p class="state bad">Its manifest cannot be read</p>
<ul class="problems"><li><code>{escape(what)}</code>{_hint(error.hint)}</li></ul>
</li>
"""


def _copy_note(course: Course) -> str:
    if not course.is_copy:
        return ""
    return (
        '<p class="note">These lessons are a copy in your cache. '
        "<code>wasmlab new course DIR</code> copies them out for editing.</p>\n"
    )


def _no_lessons() -> str:
    return "<li>This course has no lesson yet: <code>wasmlab new lesson NAME</code> makes one.</li>\n"


def _lectures(course: Course) -> str:
    lists = [(group, docs) for group, docs in list_docs(course) if group != "Lessons"]
    if not lists:
        return ""
    shelves = "".join(
        f"<section><h3>{escape(group)}</h3><ul>"
        + "".join(f'<li><a href="{escape(doc.url)}">{escape(doc.title)}</a></li>' for doc in docs)
        + "</ul></section>\n"
        for group, docs in lists
    )
    return f'<h2>To read</h2>\n<div class="shelves">\n{shelves}</div>\n'


def not_found_page(path: str, known: Iterable[str]) -> str:
    """Return what is said where there is no page at `path`; the nearest of `known` are named."""
    near = get_close_matches(path, list(known), n=3, cutoff=0.5)
    links = "".join(f'<li><a href="{escape(quote(url))}">{escape(url)}</a></li>' for url in near)
    did_you_mean = f"<p>Did you mean</p><ul>{links}</ul>" if near else ""
    body = f"""<main class="missing">
<h1>There is no page here</h1>
<p><code>{escape(path)}</code> is neither a lesson nor a page of the docs.</p>
{did_you_mean}<p><a href="/">All lessons</a></p>
</main>"""
    return whole_page("Not found", "course", body, ["course.css"])


def known_pages(course: Course) -> list[str]:
    """Return the address of every page that the server has of its own or of a lesson."""
    lessons = [f"/{lesson.name}/" for lesson in course.lessons]
    return ["/", *lessons, *(doc.url for _, docs in list_docs(course) for doc in docs)]
