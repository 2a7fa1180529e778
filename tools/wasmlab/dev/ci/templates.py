"""The texts that `wasmlab dev ci` fills in: a workflow, a pipeline, and Gradescope's two scripts."""

from __future__ import annotations

# The course comes from the package, or from a repository of the teacher's: never from the student's.
# Students read the log and the artifacts: they tell nothing of a hidden check, and grades.jsonl stays out.
GITHUB = """\
name: grade
on: [push, workflow_dispatch]
permissions:
  contents: read
jobs:
  grade:
    runs-on: ubuntu-latest
    timeout-minutes: {minutes}
    steps:
      - uses: actions/checkout@v4
        with:
          path: submission
          persist-credentials: false
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - name: install
        run: python -m pip install 'wasmlab=={version}'
{course}{setup}      - name: grade
        id: grade
        run: >-
          wasmlab grade {lesson} submission --single --course {course_folder} --out grades
          --require-sandbox{engines} --for-students --format github --format html
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: grades
          path: grades/report.html
"""

GITHUB_SHIPPED = """\
      - name: course
        run: wasmlab new course course
"""

GITHUB_OWN = """\
      # The repository of the teacher's course, with a token in the address where it is not public:
      # in the secret COURSE_URL of this repository or of its organization, or written here.
      - name: course
        env:
          COURSE_URL: {url}
        run: |
          test -n "$COURSE_URL" || {{ echo "{empty}" >&2; exit 1; }}
          rm -rf course
          git clone --quiet --depth 1 -- "$COURSE_URL" course
"""

GITHUB_SETUP = """\
      - name: set up
        run: >-
          cd {course_folder} && wasmlab setup {parts} --yes
"""

# A folder of its own: beside the project may lie another one of the group.
GITLAB = """\
grade:
  image: python:3.12
  timeout: {minutes} minutes
  rules:
    - if: $CI_COMMIT_BRANCH
{variables}  script:
    - python -m pip install 'wasmlab=={version}'
    - course=$(mktemp -d)
{course}{setup}    - >-
      wasmlab grade {lesson} . --single --course {course_folder} --out grades
      --require-sandbox{engines} --for-students --format junit --format html
  artifacts:
    when: always
    paths: [grades/report.html]
    reports:
      junit: grades/junit.xml
"""

GITLAB_SHIPPED = """\
    - wasmlab new course "$course"
"""

GITLAB_VARIABLES = """\
  variables:
    # The repository of the teacher's course, with a token in the address where it is not public:
    # in the CI/CD variable COURSE_URL of this project or of its group, or written here.
    COURSE_URL: {url}
"""

GITLAB_OWN = """\
    - |
      test -n "$COURSE_URL" || {{ echo "{empty}" >&2; exit 1; }}
      git clone --quiet --depth 1 -- "$COURSE_URL" "$course"
"""

GITLAB_SETUP = """\
    - >-
      (cd {course_folder} && wasmlab setup {parts} --yes)
"""

# Gradescope's usual base image is Ubuntu 22.04: its python3 is 3.10, and universe has python3.11.
SETUP = """\
#!/usr/bin/env bash
set -euo pipefail
is_new_enough() {{ "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; }}
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq python3 python3-venv npm
python=python3
if ! is_new_enough python3; then
  apt-get install -y -qq python3.11 python3.11-venv || true
  python=python3.11
fi
if ! is_new_enough "$python"; then
  echo "wasmlab needs Python 3.11 or newer, and this base image has none: take Ubuntu 22.04 or newer" >&2
  exit 1
fi
"$python" -m venv /opt/wasmlab
/opt/wasmlab/bin/python -m pip install --quiet 'wasmlab=={version}'
/opt/wasmlab/bin/wasmlab setup sandbox-compiler --yes || echo "graded without the sandbox compiler"
{setup}"""

# Ubuntu has Chromium as a snap only, which no container runs: Playwright's needs these libraries.
SETUP_BROWSER = """\
/opt/wasmlab/bin/python -m playwright install-deps chromium
"""

SETUP_PARTS = """\
cd "$(dirname "${{BASH_SOURCE[0]}}")/course"
/opt/wasmlab/bin/wasmlab setup {parts} --yes
"""

# Whatever happens, there is a result: without one Gradescope says only that something went wrong.
RUN = """\
#!/usr/bin/env bash
root="${{AUTOGRADER_ROOT:-/autograder}}"
PATH="/opt/wasmlab/bin:$PATH"
result="$root/results/results.json"
mkdir -p "$root/results"
rm -f "$result"
wasmlab grade {lesson} "$root/submission" --single --course "$root/source/course" \\
  --out "$(mktemp -d)"{engines} --format gradescope --to "$result"
if [ ! -s "$result" ]; then
  said="It could not be graded. This is no fault of yours."
  echo '{{"score": 0, "output": "'"$said"'", "tests": []}}' > "$result"
fi
"""
