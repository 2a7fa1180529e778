"""A batch: one bad submission stops nothing, what was graded is on the disk, and twice is the same."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wasmlab.grade.template import lesson_digest
from wasmlab.lesson import load_lesson


def _report(tmp_path: Path, out: str = "grades") -> Any:
    return json.loads((tmp_path / out / "report.json").read_text(encoding="utf-8"))


def _outcomes(report: Any) -> dict[str, str]:
    return {one["name"]: one["outcome"] for one in report["submissions"]}


def _without_times(text: str) -> str:
    return re.sub(r'("seconds": )[\d.]+', r"\1", text)


def test_each_submission_gets_its_points(
    grade_them: Callable[..., Any], handed_in: Callable[..., Path], tmp_path: Path, right: str, wrong: str
) -> None:
    result = grade_them(handed_in(ann=right, bob=wrong, cy="int x = ;"), "--jobs", "2")
    assert result.exit_code == 0, result.output
    report = _report(tmp_path)
    assert _outcomes(report) == {"ann": "passed", "bob": "failed", "cy": "not-built"}
    assert [one["earned"] for one in report["submissions"]] == [7, 0, 0]
    assert report["possible"] == 7


def test_identical_files_are_graded_once_and_that_is_said(
    grade_them: Callable[..., Any], handed_in: Callable[..., Path], tmp_path: Path, right: str
) -> None:
    result = grade_them(handed_in(ann=right, bob=right, cy=right), "--jobs", "1")
    found = _report(tmp_path)["submissions"]
    assert [one["same_as"] for one in found] == ["", "ann", "ann"]
    assert [one["earned"] for one in found] == [7, 7, 7]
    assert "the same files as ann" in result.output


def test_one_submission_alone_fails_the_command_but_not_a_harness(
    grade_them: Callable[..., Any], handed_in: Callable[..., Path], wrong: str
) -> None:
    folder = handed_in(bob=wrong) / "bob"
    assert grade_them(folder).exit_code == 1
    assert grade_them(folder, "--resume", "--format", "gradescope").exit_code == 0


def test_the_same_batch_twice_is_the_same_report(
    grade_them: Callable[..., Any], handed_in: Callable[..., Path], tmp_path: Path, right: str, wrong: str
) -> None:
    folder = handed_in(ann=right, bob=wrong, cy="int x = ;", dee=right)
    texts = []
    for out, jobs in (("one", "1"), ("two", "2")):
        grade_them(folder, "--out", out, "--jobs", jobs)
        texts.append(_without_times((tmp_path / out / "report.json").read_text(encoding="utf-8")))
    assert texts[0] == texts[1]


def test_resume_grades_only_what_is_missing(
    grade_them: Callable[..., Any], handed_in: Callable[..., Path], tmp_path: Path, right: str, wrong: str
) -> None:
    folder = handed_in(ann=right, bob=wrong)
    grade_them(folder, "--out", "part")
    journal = tmp_path / "part" / "grades.jsonl"
    head, first, *_ = journal.read_text(encoding="utf-8").splitlines()
    marked = first.replace('"notes": []', '"notes": ["from the journal"]')
    journal.write_text(f'{head}\n{marked}\n{{"name": "bob", "outc', encoding="utf-8")  # the power failed here
    result = grade_them(folder, "--out", "part", "--resume")
    assert result.exit_code == 0
    assert "from the journal" in (tmp_path / "part" / "report.json").read_text(encoding="utf-8")
    assert _outcomes(_report(tmp_path, "part")) == {"ann": "passed", "bob": "failed"}


def test_the_reports_of_an_earlier_batch_are_told_and_stay(
    grade_them: Callable[..., Any], handed_in: Callable[..., Path], tmp_path: Path, right: str
) -> None:
    folder = handed_in(ann=right, ben=right, cem=right)
    assert "earlier batch" not in grade_them(folder, "--format", "gradescope").stderr
    (folder / "ben").rename(folder / "bert")
    (folder / "cem").rename(folder / "carl")
    told = grade_them(folder, "--format", "gradescope").stderr
    old = Path("grades") / "gradescope"
    assert f"note: {old / 'ben.json'} is of an earlier batch, and so is 1 more" in told
    assert (tmp_path / old / "ben.json").is_file()


def test_resume_says_who_shares_files_today(
    grade_them: Callable[..., Any], handed_in: Callable[..., Path], tmp_path: Path, right: str, wrong: str
) -> None:
    folder = handed_in(ann=right, ben=right, cem=right)
    assert grade_them(folder).exit_code == 0
    handed_in(ann=wrong)
    assert grade_them(folder, "--resume").exit_code == 0
    shared = {one["name"]: one["same_as"] for one in _report(tmp_path)["submissions"]}
    assert shared == {"ann": "", "ben": "", "cem": "ben"}


def test_resume_refuses_another_batch(
    grade_them: Callable[..., Any], handed_in: Callable[..., Path], sum_course: Path, right: str
) -> None:
    folder = handed_in(ann=right)
    grade_them(folder)
    with (sum_course / "sum" / "checks" / "test_sum.py").open("a", encoding="utf-8") as checks:
        checks.write("# another\n")
    result = grade_them(folder, "--resume")
    assert result.exit_code == 2
    assert "another batch" in result.stderr


@pytest.mark.parametrize(
    "path",
    [".pytest_cache/README.md", "test-results/sum/trace.zip", "checks/__pycache__/a.pyc", "cases/a/a.c"],
)
def test_what_a_run_of_the_checks_leaves_is_no_part_of_the_batch(sum_course: Path, path: str) -> None:
    lesson = load_lesson(sum_course / "sum")
    before = lesson_digest(lesson)
    (lesson.root / path).parent.mkdir(parents=True, exist_ok=True)
    (lesson.root / path).write_text("made", encoding="utf-8")
    assert lesson_digest(lesson) == before
    (lesson.root / "checks" / "numbers.json").write_text("[1]", encoding="utf-8")
    assert lesson_digest(lesson) != before


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGINT for one process")
def test_ctrl_c_leaves_a_valid_report_that_resume_completes(
    grade_them: Callable[..., Any],
    handed_in: Callable[..., Path],
    tmp_path: Path,
    sum_course: Path,
    right: str,
) -> None:
    folder = handed_in(**{f"s{n}": right.replace("sum = a", f"sum = {n} - {n} + a") for n in range(6)})
    words = ["grade", "sum", str(folder), "--course", str(sum_course), "--jobs", "1", "--out", "grades"]
    child = subprocess.Popen([sys.executable, "-m", "wasmlab", *words], cwd=tmp_path, process_group=0)
    journal, deadline = tmp_path / "grades" / "grades.jsonl", time.monotonic() + 60
    while not journal.is_file() or len(journal.read_text(encoding="utf-8").splitlines()) < 3:
        assert time.monotonic() < deadline
        assert child.poll() is None
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    assert child.wait(60) == 130
    report = _report(tmp_path)
    assert not report["complete"]
    assert 2 <= len(report["submissions"]) < 6
    assert grade_them(folder, "--resume").exit_code == 0
    assert set(_outcomes(_report(tmp_path)).values()) == {"passed"}
    assert _report(tmp_path)["complete"]


@pytest.mark.parametrize("name", ["chromium", "firefox", "webkit"])
def test_an_engine_that_is_not_here_is_told_before_anything_is_graded(
    grade_them: Callable[..., Any],
    handed_in: Callable[..., Path],
    tmp_path: Path,
    right: str,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    for variable in ("PATH", "PLAYWRIGHT_BROWSERS_PATH", "PROGRAMFILES", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, "/no/such/folder")
    for variable in ("WASMLAB_CHROMIUM", "WASMLAB_FIREFOX"):
        monkeypatch.delenv(variable, raising=False)
    result = grade_them(handed_in(ann=right), "--engine", name)
    assert result.exit_code == 4
    assert f"hint: wasmlab setup {name}" in result.stderr
    assert not (tmp_path / "grades").exists()


def test_a_lesson_without_anything_to_submit_is_refused(
    grade_them: Callable[..., Any], handed_in: Callable[..., Path], sum_course: Path, right: str
) -> None:
    manifest = sum_course / "sum" / "lesson.toml"
    lines = [line for line in manifest.read_text(encoding="utf-8").splitlines() if "submit" not in line]
    manifest.write_text("\n".join(lines), encoding="utf-8")
    result = grade_them(handed_in(ann=right))
    assert result.exit_code == 2
    assert "lists nothing to hand in" in result.stderr


@pytest.mark.parametrize("flag", ['"--js-library", "js/lib.js"', '"--pre-js=./js/lib.js"'])
def test_a_script_that_a_build_would_run_is_not_handed_in(
    grade_them: Callable[..., Any], handed_in: Callable[..., Path], sum_course: Path, right: str, flag: str
) -> None:
    """Emscripten runs it as it links, and it could write the page that is checked."""
    manifest = sum_course / "sum" / "lesson.toml"
    text = manifest.read_text("utf-8").replace('"clang"', f'"emscripten"\nlink_flags = [{flag}]')
    manifest.write_text(text.replace('["c/add_and_log.c"]', '["c/add_and_log.c", "js/lib.js"]', 1), "utf-8")
    result = grade_them(handed_in(ann=right))
    assert result.exit_code == 2
    assert "js/lib.js is handed in, and Emscripten would run it" in result.stderr


def test_checks_that_cannot_be_read_are_the_teachers_error(
    grade_them: Callable[..., Any], handed_in: Callable[..., Path], sum_course: Path, right: str
) -> None:
    (sum_course / "sum" / "checks" / "test_sum.py").write_text("def test_(:\n", encoding="utf-8")
    result = grade_them(handed_in(ann=right, bob=right))
    assert result.exit_code == 2
    assert "test_sum.py" in result.stderr


def test_checks_of_which_none_runs_here_fail_nobody(
    grade_them: Callable[..., Any], handed_in: Callable[..., Path], sum_course: Path, right: str
) -> None:
    checks = "def test_page(lesson_page) -> None:\n    assert lesson_page\n"
    (sum_course / "sum" / "checks" / "test_sum.py").write_text(checks, encoding="utf-8")
    result = grade_them(handed_in(ann=right) / "ann")
    assert result.exit_code == 2
    assert "no check of sum runs in wasmtime" in result.stderr
    assert "--engine chromium" in result.stderr
    assert "failed" not in result.output


def test_checks_that_were_all_skipped_are_no_judgement(
    grade_them: Callable[..., Any],
    handed_in: Callable[..., Path],
    sum_course: Path,
    tmp_path: Path,
    right: str,
) -> None:
    checks = "import pytest\n\ndef test_sum(wasm) -> None:\n    pytest.skip('no network here')\n"
    (sum_course / "sum" / "checks" / "test_sum.py").write_text(checks, encoding="utf-8")
    grade_them(handed_in(ann=right) / "ann")
    (found,) = _report(tmp_path)["submissions"]
    assert found["outcome"] == "error"
    assert "nothing could be checked: " in found["why"]
    assert "no network here" in found["why"]


def test_a_single_folder_is_no_class(
    grade_them: Callable[..., Any], handed_in: Callable[..., Path], tmp_path: Path, right: str
) -> None:
    folder = handed_in(ann=right)
    (folder / "ann" / "c" / "add_and_log.c").rename(folder / "ann" / "c" / "sum.c")
    (folder / "notes").mkdir()
    assert grade_them(folder).exit_code == 0
    result = grade_them(folder, "--single", "--format", "gradescope", "--to", str(tmp_path / "result.json"))
    assert result.exit_code == 0, result.output
    assert "c/add_and_log.c is not there" in (tmp_path / "result.json").read_text(encoding="utf-8")
    assert grade_them(folder, "--single").exit_code == 1


def test_a_missing_folder_is_a_usage_error(grade_them: Callable[..., Any]) -> None:
    result = grade_them("nowhere")
    assert result.exit_code == 2
    assert "does not exist" in result.stderr


def _worker(course: Path, place: Path) -> Any:
    from wasmlab.grade.limits import GradeLimits
    from wasmlab.grade.template import make_template
    from wasmlab.grade.workers.pool import Task, Worker
    from wasmlab.lesson import load_lesson

    template = make_template(load_lesson(course / "sum"), place / "template")
    return Worker(Task(template, ("wasmtime",), GradeLimits(), "none"))


def _ann(text: str) -> Any:
    from wasmlab.grade.submission import Submission

    return Submission("ann", {"c/add_and_log.c": text.encode()})


def test_a_dead_worker_costs_one_submission(sum_course: Path, right: str, tmp_path: Path) -> None:
    worker, submission = _worker(sum_course, tmp_path), _ann(right)
    assert worker.grade(submission).outcome == "passed"
    worker._process.kill()
    worker._process.wait()
    assert worker.grade(submission).outcome == "passed"
    worker.kill()


@pytest.mark.parametrize("kills", [1, 2])
def test_what_a_process_ended_under_is_tried_once_more(
    kills: int, sum_course: Path, right: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wasmlab.grade.workers import pool

    worker = _worker(sum_course, tmp_path)
    left = [None] * kills

    def sent(pipe: Any, kind: str, **fields: Any) -> None:
        send(pipe, kind, **fields)
        if kind == "grade" and left:
            left.pop()
            worker._process.kill()

    send = pool.send
    monkeypatch.setattr(pool, "send", sent)
    graded = worker.grade(_ann(right))
    worker.kill()
    assert graded.outcome == ("passed" if kills == 1 else "over-limit")


def test_a_worker_that_is_gone_when_it_is_asked_stops_no_batch(
    sum_course: Path, right: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wasmlab.grade.workers import pool

    worker = _worker(sum_course, tmp_path)
    left = [None]

    def sent(pipe: Any, kind: str, **fields: Any) -> None:
        if kind == "grade" and left:
            left.pop()
            worker._process.kill()
            worker._process.wait()
        send(pipe, kind, **fields)

    send = pool.send
    monkeypatch.setattr(pool, "send", sent)
    graded = worker.grade(_ann(right))
    worker.kill()
    assert graded.outcome == "passed"


def test_an_empty_word_is_not_the_folder_at_hand(
    grade_them: Callable[..., Any],
    handed_in: Callable[..., Path],
    right: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(handed_in(ann=right))
    result = grade_them("")
    assert result.exit_code == 2
    assert "named by an empty word" in result.stderr


def test_what_a_grader_has_laid_out_does_not_outlive_its_end(
    sum_course: Path, right: str, tmp_path: Path
) -> None:
    """One that is killed can clear up nothing, and the checks are among it."""
    worker = _worker(sum_course, tmp_path)
    assert worker.grade(_ann(right)).outcome == "passed"
    place, process = worker._place, worker._process
    assert place.is_dir()
    process.stdin.close()  # as where the parent is gone
    process.wait(30)
    left = (place.exists(), (tmp_path / "template").exists())
    worker.kill()
    assert left == (False, False)


def test_a_lesson_that_finds_no_room_says_so(
    grade_them: Callable[..., Any],
    handed_in: Callable[..., Path],
    right: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from wasmlab.grade import template

    def refuse(source: Path, target: Path, **_words: object) -> None:
        raise template.shutil.Error([(source, target, "[Errno 28] No space left on device")])

    monkeypatch.setattr(template.shutil, "copytree", refuse)
    result = grade_them(handed_in(ann=right))
    assert result.exit_code == 2
    assert "No space left on device" in result.stderr
    assert "TMPDIR" in result.stderr


def test_a_full_disk_is_no_students_doing(
    sum_course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = (
        "import shutil\nfound = shutil.disk_usage\nshutil.disk_usage = lambda p: found(p)._replace(free=0)\n"
    )
    (tmp_path / "sitecustomize.py").write_text(full, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))  # of the worker
    worker = _worker(sum_course, tmp_path)
    graded = worker.grade(_ann("int x = ;\n"))
    worker.kill()
    assert graded.outcome == "error"
    assert "disk is full" in graded.why
