"""What `wasmlab dev ci` writes is run as its service would run it."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="these services run a Linux shell")
ROOT = Path(__file__).parents[2]
LESSON = Path(__file__).parents[1] / "hostile" / "lessons" / "sum"
GOOD = Path(__file__).parents[1] / "hostile" / "passed" / "correct.c"


@pytest.fixture
def course(tmp_path: Path) -> str:
    """Return the address of the repository of a teacher's own course."""
    folder = tmp_path / "teacher"
    shutil.copytree(LESSON, folder / "sum")
    git = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "The course"]):
        subprocess.run([*git, *words], check=True)
    return folder.as_uri()


@pytest.fixture
def written(tmp_path: Path, course: str) -> Callable[..., Path]:
    """Return a function that has `wasmlab dev ci` write for a service."""
    from typer.testing import CliRunner

    from wasmlab.cli import app

    def write(service: str, *, is_set: bool = True) -> Path:
        words = ["dev", "ci", service, "sum", "--course", str(tmp_path / "teacher"), "--out", str(tmp_path)]
        url = ["--course-url", course] if is_set and service != "gradescope" else []
        result = CliRunner().invoke(app, [*words, *url], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        if service != "gradescope":
            assert (f"the course is fetched from {course}" if is_set else "set the ") in result.stderr
        return Path(result.stdout.removeprefix("written: ").strip())

    return write


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., int]:
    """Return a function that runs a script in a folder, with this wasmlab on PATH, as a service does."""
    binaries = tmp_path / "bin"
    binaries.mkdir()
    (binaries / "wasmlab").write_text(
        f'#!/bin/sh\nexec {sys.executable} -P -m wasmlab "$@"\n', encoding="utf-8"
    )
    (binaries / "wasmlab").chmod(0o755)

    def run(script: str | Path, cwd: Path, **env: str) -> int:
        words = ["bash", str(script)] if isinstance(script, Path) else ["bash", "-e", "-c", script]
        path = f"{binaries}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(words, cwd=cwd, env={**os.environ, "PATH": path, **env}, check=False).returncode

    return run


def _hand_in(folder: Path, text: str) -> None:
    (folder / "c").mkdir(parents=True)
    (folder / "c" / "add_and_log.c").write_text(text, encoding="utf-8")
    # What a student might leave beside it: a course of their own.
    shutil.copytree(LESSON / "checks", folder / "sum" / "checks")
    (folder / "sum" / "lesson.toml").write_text("format = 1\n", encoding="utf-8")


def _github_steps(file: Path) -> dict[str, Any]:
    yaml = pytest.importorskip("yaml")
    steps = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]["grade"]["steps"]
    return {step["name"]: step for step in steps if "run" in step}


def _uploaded(file: Path) -> list[str]:
    yaml = pytest.importorskip("yaml")
    steps = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]["grade"]["steps"]
    return [step["with"]["path"] for step in steps if "upload-artifact" in step.get("uses", "")]


def _gitlab_job(file: Path) -> tuple[Any, str]:
    """Return the job, and its script without the first line, which gets wasmlab."""
    yaml = pytest.importorskip("yaml")
    job = yaml.safe_load(file.read_text(encoding="utf-8"))["grade"]
    return job, "\n".join(job["script"][1:]).replace("--require-sandbox ", "")


def test_github_runs_the_steps_and_gets_its_result(
    written: Callable[..., Path], shell: Callable[..., int], tmp_path: Path
) -> None:
    steps = _github_steps(written("github"))
    workspace = tmp_path / "workspace"
    _hand_in(workspace / "submission", GOOD.read_text(encoding="utf-8").replace("a + b", "a - b"))
    outputs = {name: str(tmp_path / name) for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    assert shell(steps["course"]["run"], workspace, **steps["course"]["env"]) == 0
    assert "--require-sandbox " in steps["grade"]["run"]
    grading = steps["grade"]["run"].replace("--require-sandbox ", "")
    assert shell(grading, workspace, GITHUB_ACTIONS="true", **outputs) == 1
    assert "It adds its two numbers" in Path(outputs["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
    assert Path(outputs["GITHUB_OUTPUT"]).read_text(encoding="utf-8").startswith("result=")
    assert (workspace / "grades" / "report.html").is_file()


def test_gitlab_runs_the_script_and_finds_its_report(
    written: Callable[..., Path], shell: Callable[..., int], tmp_path: Path
) -> None:
    job, script = _gitlab_job(written("gitlab"))
    assert any("--require-sandbox" in line for line in job["script"])
    workspace = tmp_path / "builds" / "student"
    _hand_in(workspace, GOOD.read_text(encoding="utf-8"))
    assert shell(script, workspace, **job["variables"]) == 0
    assert (workspace / job["artifacts"]["reports"]["junit"]).is_file()


@pytest.mark.parametrize("service", ["github", "gitlab"])
def test_what_students_may_read_tells_no_hidden_check(
    service: str,
    written: Callable[..., Path],
    shell: Callable[..., int],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    file, workspace = written(service), tmp_path / "job"
    wrong_if_large = GOOD.read_text(encoding="utf-8").replace("a + b", "a + b + (a > 1000)")
    _hand_in(workspace if service == "gitlab" else workspace / "submission", wrong_if_large)
    if service == "gitlab":
        job, script = _gitlab_job(file)
        kept = [*job["artifacts"]["paths"], job["artifacts"]["reports"]["junit"]]
        assert shell(script, workspace, **job["variables"]) == 1
    else:
        steps, kept = _github_steps(file), _uploaded(file)
        assert shell(steps["course"]["run"], workspace, **steps["course"]["env"]) == 0
        assert shell(steps["grade"]["run"].replace("--require-sandbox ", ""), workspace) == 1
    texts = [capfd.readouterr().out, *((workspace / path).read_text(encoding="utf-8") for path in kept)]
    assert "a hidden check" in texts[0]
    assert not [word for word in ("777777", "777778", "no example shows") for text in texts if word in text]


def test_a_course_of_ones_own_must_be_named(
    written: Callable[..., Path], shell: Callable[..., int], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    step = _github_steps(written("github", is_set=False))["course"]
    assert step["env"] == {"COURSE_URL": "${{ secrets.COURSE_URL }}"}
    assert shell(step["run"], tmp_path, COURSE_URL="") == 1
    assert "COURSE_URL is empty" in capfd.readouterr().err
    job, script = _gitlab_job(written("gitlab", is_set=False))
    assert shell(script, tmp_path, **job["variables"]) == 1
    assert "COURSE_URL is empty" in capfd.readouterr().err


@pytest.mark.parametrize("place", ["", "Übungen/woche 1"])
def test_a_lesson_may_have_a_space_in_its_name_and_lie_deeper(
    place: str, shell: Callable[..., int], run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    lesson = tmp_path / "teacher" / place / "die Summe's"
    shutil.copytree(LESSON, lesson)
    git = ["git", "-C", str(tmp_path / "teacher"), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "The course"]):
        subprocess.run([*git, *words], check=True)
    url = (tmp_path / "teacher").as_uri()
    more = ["--course", str(lesson.parent), "--out", str(tmp_path)]
    for service in ("github", "gitlab", "gradescope"):
        told = ["--course-url", url] if service != "gradescope" else []
        assert run_cli("dev", "ci", service, "die Summe's", *more, *told).exit_code == 0
    _hand_in(tmp_path / "submission", GOOD.read_text(encoding="utf-8"))
    steps = _github_steps(tmp_path / ".github" / "workflows" / "grade.yml")
    assert shell(steps["course"]["run"], tmp_path, **steps["course"]["env"]) == 0
    assert shell(steps["grade"]["run"].replace("--require-sandbox ", ""), tmp_path) == 0
    job, script = _gitlab_job(tmp_path / ".gitlab-ci.yml")
    assert shell(script, tmp_path / "submission", **job["variables"]) == 0
    with zipfile.ZipFile(tmp_path / "die Summe's-gradescope.zip") as archive:
        archive.extractall(tmp_path / "source")
    assert shell(tmp_path / "source" / "run_autograder", tmp_path, AUTOGRADER_ROOT=str(tmp_path)) == 0
    assert json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))["score"] == 7


def test_what_was_edited_is_not_written_over(
    written: Callable[..., Path], run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    """The same again is no loss, and neither is a zip."""
    file = written("gitlab")
    assert written("gitlab") == file
    file.write_text("build: {}\n", encoding="utf-8")
    words = ("--course", str(tmp_path / "teacher"), "--out", str(tmp_path))
    done = run_cli("dev", "ci", "gitlab", "sum", *words)
    assert (done.exit_code, done.stderr.splitlines()[0]) == (
        2,
        f"error: {file} is there already, and says something else",
    )
    assert file.read_text(encoding="utf-8") == "build: {}\n"
    (tmp_path / "teacher" / "sum" / "README.md").write_text("anew\n", encoding="utf-8")
    assert written("gradescope") == written("gradescope")


def test_nothing_at_its_place_is_refused_and_no_class(
    written: Callable[..., Path], shell: Callable[..., int], tmp_path: Path
) -> None:
    steps = _github_steps(written("github"))
    for folder in ("src", "notes"):
        (tmp_path / "submission" / folder).mkdir(parents=True)
    assert shell(steps["course"]["run"], tmp_path, **steps["course"]["env"]) == 0
    assert shell(steps["grade"]["run"].replace("--require-sandbox ", ""), tmp_path) == 1
    job, script = _gitlab_job(written("gitlab"))
    assert shell(script, tmp_path / "submission", **job["variables"]) == 1


def test_gradescope_unpacks_the_zip_and_reads_the_result(
    written: Callable[..., Path], shell: Callable[..., int], tmp_path: Path
) -> None:
    root = tmp_path / "autograder"
    with zipfile.ZipFile(written("gradescope")) as archive:
        archive.extractall(root / "source")
    _hand_in(root / "submission", GOOD.read_text(encoding="utf-8"))
    assert shell(root / "source" / "run_autograder", root, AUTOGRADER_ROOT=str(root)) == 0
    result: Any = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    assert result["score"] == 7
    shutil.rmtree(root / "source" / "course")
    assert shell(root / "source" / "run_autograder", root, AUTOGRADER_ROOT=str(root)) == 0
    result = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    assert result["score"] == 0
    assert "no fault of yours" in result["output"]


def test_gradescope_tells_the_student_what_is_missing(
    written: Callable[..., Path], shell: Callable[..., int], tmp_path: Path
) -> None:
    root = tmp_path / "autograder"
    with zipfile.ZipFile(written("gradescope")) as archive:
        archive.extractall(root / "source")
    for folder in ("src", "notes"):
        (root / "submission" / folder).mkdir(parents=True)
    assert shell(root / "source" / "run_autograder", root, AUTOGRADER_ROOT=str(root)) == 0
    result: Any = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    assert "c/add_and_log.c is not there" in result["output"]


_PROGRAMS = {
    "apt-get": 'echo "apt-get $*" >> "$LOG"',
    "python3": 'test "$1" != -c || exit "$PYTHON3"; echo "python3 $*" >> "$LOG"',
    "python3.11": 'test "$1" != -c || exit "$PYTHON311"; echo "python3.11 $*" >> "$LOG"',
}


@pytest.mark.parametrize(
    ("python3", "python311", "taken"), [("0", "1", "python3"), ("1", "0", "python3.11"), ("1", "1", "")]
)
def test_gradescope_is_given_a_python_that_is_new_enough(
    written: Callable[..., Path],
    shell: Callable[..., int],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    python3: str,
    python311: str,
    taken: str,
) -> None:
    with zipfile.ZipFile(written("gradescope")) as archive:
        text = archive.read("setup.sh").decode()
    (tmp_path / "setup.sh").write_text(text.replace("/opt/wasmlab", str(tmp_path / "opt")), encoding="utf-8")
    for place, program in {**_PROGRAMS, "../opt/bin/python": ":", "../opt/bin/wasmlab": ":"}.items():
        path = tmp_path / "bin" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{program}\n", encoding="utf-8")
        path.chmod(0o755)
    log = tmp_path / "log"
    words = {"LOG": str(log), "PYTHON3": python3, "PYTHON311": python311}
    assert shell(tmp_path / "setup.sh", tmp_path, **words) == (0 if taken else 1)
    said = log.read_text(encoding="utf-8")
    if taken:
        assert f"{taken} -m venv" in said
    else:
        assert "Python 3.11 or newer" in capfd.readouterr().err
    assert ("install -y -qq python3.11 python3.11-venv" in said) is (python3 == "1")


def _texts(service: str, lesson: str) -> str:
    """Return all that is written for a lesson of this checkout."""
    from wasmlab.dev.ci.writing import ci_file
    from wasmlab.lesson import load_lesson

    content = ci_file(service, load_lesson(ROOT / lesson)).content
    if service != "gradescope":
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode() for name in ("setup.sh", "run_autograder"))


@pytest.mark.parametrize("service", ["github", "gitlab", "gradescope"])
@pytest.mark.parametrize(
    ("lesson", "engines", "parts"),
    [
        ("minimal-demo", "--engine wasmtime --engine chromium", "chromium"),
        ("emscripten-starter-pack", "--engine wasmtime --engine chromium", "emscripten chromium"),
        ("pyodide-demo", " --engine chromium", "chromium"),
    ],
)
def test_what_a_lesson_needs_is_set_up(service: str, lesson: str, engines: str, parts: str) -> None:
    text = _texts(service, lesson)
    assert engines in text
    assert ("--engine wasmtime" in text) is (lesson != "pyodide-demo")
    assert f"wasmlab setup {parts} --yes" in text
    assert "COURSE_URL" not in text  # it is the lesson that comes with wasmlab
    assert service == "gradescope" or "wasmlab new course" in text


def test_the_course_that_comes_with_wasmlab_is_laid_out(shell: Callable[..., int], tmp_path: Path) -> None:
    (tmp_path / "gitlab").write_text(_texts("gitlab", "minimal-demo"), encoding="utf-8")
    _, script = _gitlab_job(tmp_path / "gitlab")
    before = script[: script.index("(cd ")]
    assert shell(f'{before}test -f "$course/minimal-demo/lesson.toml"', tmp_path, TMPDIR=str(tmp_path)) == 0


def test_what_students_write_makes_no_course_of_ones_own(tmp_path: Path) -> None:
    from wasmlab.dev.ci.needs import needs_of
    from wasmlab.lesson import load_lesson

    shutil.copytree(ROOT / "minimal-demo", tmp_path / "minimal-demo", ignore=shutil.ignore_patterns("dist"))
    lesson = load_lesson(tmp_path / "minimal-demo")
    (lesson.root / "c" / "add_and_log.c").write_text("// yours\n", encoding="utf-8")
    assert not needs_of(lesson).has_own_course
    (lesson.root / "checks" / "test_more.py").write_text("def test_more() -> None: ...\n", encoding="utf-8")
    assert needs_of(lesson).has_own_course


def test_gradescope_takes_no_address() -> None:
    from wasmlab.dev.ci.writing import ci_file
    from wasmlab.errors import UsageError
    from wasmlab.lesson import load_lesson

    with pytest.raises(UsageError, match="holds the lesson"):
        ci_file("gradescope", load_lesson(LESSON), "https://example.org/course")


def test_an_unknown_service_is_refused() -> None:
    from wasmlab.dev.ci.writing import ci_file
    from wasmlab.errors import UsageError
    from wasmlab.lesson import load_lesson

    with pytest.raises(UsageError, match="travis"):
        ci_file("travis", load_lesson(LESSON))
