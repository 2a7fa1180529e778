"""Writes what a service needs to grade a lesson: a workflow for GitHub or GitLab, a zip for Gradescope.

What is handed in is never the course at hand: checks that came with it would be the student's.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from wasmlab import __version__
from wasmlab.errors import UsageError
from wasmlab.lesson import Lesson
from wasmlab.names import did_you_mean

_KEPT_BACK = {"dist", "cases", "__pycache__", "test-results", ".pytest_cache"}


@dataclass(frozen=True)
class Written:
    """One file for a service, and where it goes in a repository."""

    path: str
    content: bytes


def ci_file(service: str, lesson: Lesson) -> Written:
    """Return what the service called `service` needs to grade `lesson`.

    Raises:
        UsageError: there is no such service, or the lesson lists nothing to hand in.
    """
    if service not in SERVICES:
        raise UsageError(f"no service is called {service!r}", did_you_mean(service, SERVICES))
    if not lesson.submit:
        hint = "add submit = ['c/NAME.c'] to its lesson.toml"
        raise UsageError(f"{lesson.name} lists nothing to hand in", hint)
    return SERVICES[service](lesson)


# The course comes from the package, or from a repository of the teacher's: never from the student's.
_GITHUB = """\
name: grade
on: [push, workflow_dispatch]
permissions:
  contents: read
jobs:
  grade:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@v4
        with:
          path: submission
          persist-credentials: false
      # The teacher's own course, where it is not the one that comes with wasmlab:
      # - uses: actions/checkout@v4
      #   with: {{repository: OWNER/COURSE, path: course, token: "${{{{ secrets.COURSE_TOKEN }}}}"}}
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - name: install
        run: python -m pip install 'wasmlab=={version}'
      - name: course
        run: test -d course || wasmlab new course course
      - name: grade
        id: grade
        run: >-
          wasmlab grade {lesson} submission --course course --out grades
          --require-sandbox --format github --format html
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: grades
          path: grades
"""

_GITLAB = """\
grade:
  image: python:3.12
  timeout: 15 minutes
  rules:
    - if: $CI_COMMIT_BRANCH
  script:
    - python -m pip install 'wasmlab=={version}'
    - test -d ../course || wasmlab new course ../course
    - wasmlab grade {lesson} . --course ../course --out grades --format junit --format html
  artifacts:
    when: always
    paths: [grades]
    reports:
      junit: grades/junit.xml
"""

_SETUP = """\
#!/usr/bin/env bash
set -euo pipefail
apt-get update -qq
apt-get install -y -qq python3 python3-pip python3-venv npm
python3 -m venv /opt/wasmlab
/opt/wasmlab/bin/python -m pip install --quiet 'wasmlab=={version}'
/opt/wasmlab/bin/wasmlab setup sandbox-compiler --yes || echo "graded without the sandbox compiler"
"""

# Whatever happens, there is a result: without one Gradescope says only that something went wrong.
_RUN = """\
#!/usr/bin/env bash
root="${{AUTOGRADER_ROOT:-/autograder}}"
PATH="/opt/wasmlab/bin:$PATH"
result="$root/results/results.json"
mkdir -p "$root/results"
rm -f "$result"
wasmlab grade {lesson} "$root/submission" --course "$root/source/course" \\
  --out "$(mktemp -d)" --format gradescope --to "$result"
if [ ! -s "$result" ]; then
  said="It could not be graded. This is no fault of yours."
  echo '{{"score": 0, "output": "'"$said"'", "tests": []}}' > "$result"
fi
"""


def _github(lesson: Lesson) -> Written:
    return Written(".github/workflows/grade.yml", _filled(_GITHUB, lesson))


def _gitlab(lesson: Lesson) -> Written:
    return Written(".gitlab-ci.yml", _filled(_GITLAB, lesson))


def _gradescope(lesson: Lesson) -> Written:
    """Pack the two scripts and the lesson, with its checks and without its cases."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "setup.sh", _filled(_SETUP, lesson), 0o755)
        _add(archive, "run_autograder", _filled(_RUN, lesson), 0o755)
        for path in sorted(lesson.root.rglob("*")):
            inside = path.relative_to(lesson.root)
            if path.is_file() and not _KEPT_BACK.intersection(inside.parts):
                _add(archive, f"course/{lesson.name}/{inside.as_posix()}", path.read_bytes(), 0o644)
    return Written(f"{lesson.name}-gradescope.zip", out.getvalue())


def _filled(text: str, lesson: Lesson) -> bytes:
    return text.format(lesson=lesson.name, version=__version__).encode()


def _add(archive: zipfile.ZipFile, name: str, content: bytes, mode: int) -> None:
    info = zipfile.ZipInfo(name)  # of no date: the same lesson gives the same zip
    info.create_system = 3
    info.external_attr = (0o100000 | mode) << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


SERVICES: dict[str, Callable[[Lesson], Written]] = {
    "github": _github,
    "gitlab": _gitlab,
    "gradescope": _gradescope,
}
