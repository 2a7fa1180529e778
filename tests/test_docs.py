"""The pages keep their word: commands exist, examples run, links lead somewhere, reference is complete."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from wasmlab.cli import app
from wasmlab.course import load_course
from wasmlab.dev.generated.reference import public_commands

REPOSITORY = Path(__file__).parents[1]

PAGES = [
    REPOSITORY / "README.md",
    REPOSITORY / "CHANGELOG.md",
    *sorted((REPOSITORY / "docs").rglob("*.md")),
    *(lesson.root / "README.md" for lesson in load_course(REPOSITORY).lessons),
]


def name_of(page: Path) -> str:
    return page.relative_to(REPOSITORY).as_posix()


every_page = pytest.mark.parametrize("document", PAGES, ids=name_of)


@dataclass(frozen=True)
class Fence:
    """A fenced block: its language, the words after it, its text."""

    language: str
    file: str
    text: str
    line: int


def tokens_of(page: Path) -> list[Any]:
    from markdown_it import MarkdownIt

    return MarkdownIt().enable("table").parse(page.read_text(encoding="utf-8"))


def fences_of(page: Path) -> Iterator[Fence]:
    for token in tokens_of(page):
        if token.type == "fence":
            language, _, rest = token.info.partition(" ")
            file = rest.removeprefix("file=") if rest.startswith("file=") else ""
            yield Fence(language, file, token.content, token.map[0] + 1)


def spans_of(page: Path) -> Iterator[tuple[str, Any]]:
    """Yield `(type, token)` of everything inside the page's paragraphs, headings and tables."""
    for token in tokens_of(page):
        for child in token.children or ():
            yield child.type, child


# Examples


def examples_of(fence: Fence) -> Iterator[tuple[str, str]]:
    """Yield `(command, what it prints)` of a console fence."""
    parts = re.split(r"^\$ ", fence.text, flags=re.MULTILINE)
    assert parts[0] == "", f"line {fence.line}: a console example begins with $"
    for part in parts[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def fits(shown: str, printed: str) -> bool:
    """Return whether `printed` is what is shown; `...` stands for any text, alone for any lines."""
    pattern = ""
    for line in shown.strip().splitlines():
        words = ".*?".join(re.escape(part) for part in line.split("..."))
        pattern += r"(?:[^\n]*\n)*?" if line == "..." else words + r"\n"
    return re.fullmatch(pattern, printed.strip() + "\n", re.DOTALL) is not None


def run_example(command: str, course: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(command)
    assert words[0] == "wasmlab", f"only wasmlab is run by an example: {command}"
    return subprocess.run(
        [sys.executable, "-m", "wasmlab", *words[1:]],
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def write_file(fence: Fence, course: Path) -> None:
    path = course / fence.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(fence.text, encoding="utf-8")


with_examples = [page for page in PAGES if any(fence.language == "console" for fence in fences_of(page))]


@pytest.mark.parametrize("document", with_examples, ids=name_of)
def test_examples_print_what_the_page_shows(document: Path, course_copy: Path) -> None:
    for fence in fences_of(document):
        if fence.file:
            write_file(fence, course_copy)
        if fence.language != "console":
            continue
        for command, shown in examples_of(fence):
            done = run_example(command, course_copy)
            assert fits(shown, done.stdout), f"{name_of(document)}: $ {command} prints\n{done.stdout}"
            failed = re.search(r"^error: |^  failed |^  trap: ", shown, re.MULTILINE) is not None
            assert (done.returncode != 0) == failed, f"{command} exits with {done.returncode}"


def test_a_wrong_example_would_be_seen() -> None:
    assert fits("a ... z", "a b z\n")
    assert fits("a\n...", "a\nb\nc")
    assert fits("a\n...\nb", "a\nb")
    assert not fits("a\n...\nb", "a\nxb")
    assert not fits("a", "a\nb")
    assert not fits("a ... z", "b z")


# Commands


def known_commands() -> dict[str, set[str]]:
    """Return the option names of every command, the hidden ones too, by the words one types."""
    root = typer.main.get_command(app)
    found = {path: option_names(command, path) for path, command in public_commands(root)}
    context = root.make_context("wasmlab", [], resilient_parsing=True)
    dev = root.get_command(context, "dev")  # type: ignore[attr-defined]
    return found | {path: option_names(each, path) for path, each in public_commands(dev, "wasmlab dev")}


def option_names(command: Any, path: str) -> set[str]:
    context = command.make_context(path, [], resilient_parsing=True)
    return {name for param in command.get_params(context) for name in (*param.opts, *param.secondary_opts)}


def mentions_of(page: Path) -> Iterator[list[str]]:
    """Yield the words of every wasmlab command line that a page shows."""
    texts = [token.content for kind, token in spans_of(page) if kind == "code_inline"]
    for fence in fences_of(page):
        if fence.language in ("console", "sh", "powershell"):
            texts += fence.text.splitlines()
    for text in texts:
        for part in re.split(r"&&|;", text):
            words = re.sub(r"^(\$ |(\w+=\S* )+)", "", part.strip()).split()
            if words[:1] == ["wasmlab"]:
                yield words


def complaint(words: list[str], known: dict[str, set[str]]) -> str:
    """Say what is wrong with a command line, or nothing."""
    path = "wasmlab"
    rest = words[1:]
    while rest and f"{path} {rest[0]}" in known:
        path = f"{path} {rest.pop(0)}"
    groups = {name.rpartition(" ")[0] for name in known}
    if path in groups and rest and not rest[0].startswith("-") and rest[0] not in ("COMMAND", "..."):
        return f"there is no command {' '.join(words)!r}"
    options = [word.partition("=")[0] for word in rest if word.startswith("-") and word != "--"]
    strange = [option for option in options if option not in known[path]]
    return f"{path} has no {strange[0]}" if strange else ""


@every_page
def test_no_page_mentions_a_command_or_an_option_that_does_not_exist(document: Path) -> None:
    known = known_commands()
    wrong = [text for words in mentions_of(document) if (text := complaint(words, known))]
    assert wrong == []


def test_a_wrong_command_would_be_seen() -> None:
    known = known_commands()
    assert complaint(["wasmlab", "biuld"], known)
    assert complaint(["wasmlab", "build", "--relaese"], known)
    assert complaint(["wasmlab", "dev", "nothing"], known)
    assert not complaint(["wasmlab", "build", "--release", "minimal-demo"], known)


def test_every_public_command_is_in_the_reference() -> None:
    page = (REPOSITORY / "docs/reference/cli.md").read_text(encoding="utf-8")
    commands = [path for path, _ in public_commands(typer.main.get_command(app))]
    assert [path for path in commands if f"## `{path}`" not in page] == []


def test_every_public_command_and_option_says_what_it_is_for() -> None:
    silent = []
    for path, command in public_commands(typer.main.get_command(app)):
        silent += [] if command.help else [path]
        context = command.make_context(path, [], resilient_parsing=True)
        silent += [f"{path} {p.name}" for p in command.get_params(context) if not p.help and not p.hidden]
    assert silent == []


# Links


def slug(heading: str) -> str:
    """Return the anchor that GitHub and `wasmlab serve` give a heading."""
    plain = re.sub(r"[^\w\- ]", "", heading.lower())
    return plain.strip().replace(" ", "-")


def anchors_of(page: Path) -> set[str]:
    tokens = tokens_of(page)
    headings = [tokens[n + 1] for n, token in enumerate(tokens) if token.type == "heading_open"]
    return {slug("".join(child.content for child in heading.children)) for heading in headings}


def targets_of(page: Path) -> Iterator[str]:
    for kind, token in spans_of(page):
        if kind == "link_open":
            yield token.attrs["href"]
        if kind == "image":
            yield token.attrs["src"]


@every_page
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    broken = []
    for target in targets_of(document):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (document.parent / path).resolve() if path else document
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors_of(file)):
            broken.append(target)
    assert broken == []


def test_every_page_of_docs_is_in_the_table_of_contents() -> None:
    contents = REPOSITORY / "docs" / "README.md"
    listed = {(contents.parent / t.partition("#")[0]).resolve() for t in targets_of(contents)}
    missing = [name_of(page) for page in PAGES if page.is_relative_to(contents.parent) and page not in listed]
    assert missing == ["docs/README.md"]


# Form


@pytest.mark.parametrize("lesson", load_course(REPOSITORY).lessons, ids=lambda lesson: lesson.name)
def test_a_lesson_says_goal_do_see_why_next(lesson: Any) -> None:
    page = (lesson.root / "README.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert headings == ["Goal", "Do this", "See this", "Why", "Next"]


def test_the_readme_has_the_two_commands() -> None:
    lines = (REPOSITORY / "README.md").read_text(encoding="utf-8").splitlines()
    assert "python3 -m pip install -e . && wasmlab serve" in lines
    assert "python3 -m pip install -e '.[test]' && wasmlab setup && pytest" in lines
