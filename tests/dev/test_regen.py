"""`wasmlab dev regen` writes what is made from other files, and `--check` says what is stale."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from wasmlab import errors
from wasmlab.cli import app
from wasmlab.course import load_course
from wasmlab.dev.generated.reference import cli_page, error_classes, errors_page, manifest_page
from wasmlab.dev.generated.regen import generated, stale
from wasmlab.manifest_keys import LESSON_KEYS, TARGET_KEYS

REPOSITORY = Path(__file__).parents[2]


def test_every_generated_file_of_this_checkout_is_current() -> None:
    files = generated(load_course(REPOSITORY), typer.main.get_command(app))
    assert {path.name for path in files} >= {"cli.md", "lesson-toml.md", "errors.md", "clean.sh", "clean.ps1"}
    old = [path.relative_to(REPOSITORY).as_posix() for path in stale(files)]
    assert old == [], "run: wasmlab dev regen"


def test_check_names_what_is_stale_and_exits_1(lesson_copy: Path, run_cli: Callable[..., Any]) -> None:
    (lesson_copy / "scripts" / "clean.sh").write_text("rm -rf /\n", encoding="utf-8")
    result = run_cli("dev", "regen", "--check")
    assert result.exit_code == errors.CHECKS_FAILED
    assert result.stderr == "error: out of date: minimal-demo/scripts/clean.sh\nhint: wasmlab dev regen\n"


def test_regen_writes_only_what_is_stale(lesson_copy: Path, run_cli: Callable[..., Any]) -> None:
    script = lesson_copy / "scripts" / "clean.sh"
    good = script.read_bytes()
    script.unlink()
    assert run_cli("dev", "regen").stdout == "wrote minimal-demo/scripts/clean.sh\n"
    assert script.read_bytes() == good
    assert run_cli("dev", "regen").stdout == ""
    assert run_cli("dev", "regen", "--check").exit_code == 0


def test_a_changed_manifest_makes_its_script_stale(lesson_copy: Path, run_cli: Callable[..., Any]) -> None:
    manifest = lesson_copy / "lesson.toml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8") + 'compile_flags = ["-DN=3"]\n', encoding="utf-8"
    )
    result = run_cli("dev", "regen", "--check")
    assert "minimal-demo/scripts/build_add_and_log.sh" in result.stderr


def test_a_course_without_reference_pages_gets_none(course_copy: Path, run_cli: Callable[..., Any]) -> None:
    assert run_cli("dev", "regen").exit_code == 0
    assert not (course_copy / "docs").exists()


def test_the_cli_page_shows_a_command_with_its_arguments_options_and_variables() -> None:
    toy = typer.Typer(rich_markup_mode=None)

    @toy.command()
    def play(
        song: str = typer.Argument(help="What to play."),
        loud: bool = typer.Option(False, "--loud/--soft", "-l", envvar="TOY_LOUD", help="How | loud."),
        port: int = typer.Option(8000, help="Where."),
    ) -> None:
        """Play it."""

    @toy.command(hidden=True)
    def secret() -> None:
        """Not shown."""

    page = cli_page(typer.main.get_command(toy))
    start = page.index("## `wasmlab play`")
    assert page[start:] == (
        "## `wasmlab play`\n\nPlay it.\n\n```text\nwasmlab play [OPTIONS] SONG\n```\n\n"
        "| argument | meaning |\n| --- | --- |\n| `SONG` | What to play. |\n\n"
        "| option | meaning | variable |\n| --- | --- | --- |\n"
        "| `--loud`, `-l` / `--soft` | How \\| loud. Default: `--soft`. | `TOY_LOUD` |\n"
        "| `--port PORT` | Where. Default: `8000`. |  |\n"
    )
    assert "secret" not in page


def test_the_manifest_page_has_every_key() -> None:
    page = manifest_page()
    for key in (*LESSON_KEYS, *TARGET_KEYS):
        assert f"| `{key.name}`" in page
        assert key.example in page


def test_the_errors_page_has_every_class_with_a_known_exit_code() -> None:
    page = errors_page()
    for each in error_classes():
        assert f"| `{each.__name__}` | `{each.exit_code}` |" in page
        assert each.exit_code in errors.EXIT_CODES
        assert each.__doc__ is not None


def test_every_error_class_lives_in_errors() -> None:
    names = {each.__name__ for each in (errors.WasmlabError, *error_classes())}
    elsewhere = [
        f"{path.name}: {node.name}"
        for path in (REPOSITORY / "tools/wasmlab").rglob("*.py")
        if path.name != "errors.py" or path.parent.name != "wasmlab"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and {ast.unparse(b).split(".")[-1] for b in node.bases} & names
    ]
    assert elsewhere == []


@pytest.mark.parametrize("code", [errors.GOOD, errors.INTERRUPTED, errors.INTERNAL])
def test_exit_codes_without_a_class_are_explained_too(code: int) -> None:
    assert f"| `{code}` | {errors.EXIT_CODES[code]} |" in errors_page()
