"""`wasmlab build` and its relatives."""

from __future__ import annotations

import typer

from wasmlab.cli.app import app
from wasmlab.cli.options import AsJson, CourseFolder, Lessons, Release, ToolchainPath


@app.command()
def build(
    lessons: Lessons = None,
    course: CourseFolder = None,
    release: Release = False,
    toolchain_path: ToolchainPath = None,
    as_json: AsJson = False,
) -> None:
    """Build what is out of date and verify it against the manifest."""
    from wasmlab.build import Options, build_lesson
    from wasmlab.build_report import exit_code, print_results
    from wasmlab.course import find_course

    options = Options("release" if release else "debug", toolchain_path)
    results = [
        r for lesson in find_course(course).select(lessons or []) for r in build_lesson(lesson, options)
    ]
    print_results(results, as_json=as_json)
    raise typer.Exit(exit_code(results))
