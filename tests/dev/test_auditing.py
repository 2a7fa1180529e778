"""What an author is told of the checks themselves, and which texts of help they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from wasmlab.dev.auditing import Checks
from wasmlab.lesson import load_lesson

HEAD = "import pytest\nfrom playwright.sync_api import expect as on_page\n\n"


def _checks(lesson: Path, **files: str) -> Checks:
    for path in (lesson / "checks").glob("*.py"):
        path.unlink()
    for name, text in files.items():
        (lesson / "checks" / f"{name}.py").write_text(HEAD + text, encoding="utf-8")
    return Checks(load_lesson(lesson))


def _whats(checks: Checks) -> list[str]:
    return [finding.what for finding in checks.findings()]


def test_two_checks_of_one_name_are_told_with_both_places(lesson_copy: Path) -> None:
    one = 'def test_same(wasm):\n    """One."""\n    assert wasm\n'
    found = _checks(lesson_copy, test_a=one, test_b=one).findings()
    assert [(each.where, each.what) for each in found] == [
        (
            "minimal-demo/checks/test_b.py:4",
            "a second check is called test_same, after minimal-demo/checks/test_a.py:4",
        )
    ]


def test_a_check_that_asserts_nothing_is_told(lesson_copy: Path) -> None:
    text = 'def test_calls(expect):\n    """It is called."""\n    expect.call("add_and_log", 5, 7)\n'
    assert _whats(_checks(lesson_copy, test_a=text)) == ["test_calls asserts nothing"]


def test_a_check_in_a_folder_is_looked_at_too(lesson_copy: Path) -> None:
    checks = _checks(lesson_copy)
    (lesson_copy / "checks" / "more").mkdir()
    text = 'def test_calls(expect):\n    """x"""\n    expect.call("f")\n'
    (lesson_copy / "checks" / "more" / "test_a.py").write_text(text, encoding="utf-8")
    (found,) = Checks(load_lesson(lesson_copy)).findings()
    assert checks.files == []
    assert found.where == "minimal-demo/checks/more/test_a.py:1"


def test_the_asserts_of_other_libraries_are_asserts(lesson_copy: Path) -> None:
    text = 'def test_near(wasm):\n    """x"""\n    numpy.testing.assert_allclose(wasm.call("f").result, 1)\n'
    assert _whats(_checks(lesson_copy, test_a=text)) == []


@pytest.mark.parametrize("mark", ["skip", "skip(reason='later')", "xfail", "xfail(strict=True)"])
def test_a_check_that_is_parked_is_told(lesson_copy: Path, mark: str) -> None:
    body = '    """x"""\n    assert wasm.call("f").result == 1, "x"\n'
    text = f"@pytest.mark.points(2)\n@pytest.mark.{mark}\ndef test_later(wasm):\n{body}"
    text += f"@pytest.mark.skipif(True, reason='x')\ndef test_now(wasm):\n{body}"
    name = mark.partition("(")[0]
    told = f"test_later is marked {name}: it never fails, whatever comes"
    assert _whats(_checks(lesson_copy, test_a=text)) == [told]


IDLE = {
    "(wasm.call('twice', 5).result == 11, 'return 2 * x')": "in brackets the check and its help are a tuple",
    "True": "True is always true",
    "'a text'": "'a text' is always true",
    "[wasm]": "[wasm] is always true",
    "wasm or True": "True is always true",
    "(n == 1 for n in wasm)": "(n == 1 for n in wasm) is always true",
    "wasm.call('f', 2)": "wasm.call('f', 2) gives an answer, and that is always true",
}


@pytest.mark.parametrize("said", IDLE)
def test_an_assert_that_can_never_fail_is_told_with_its_line(lesson_copy: Path, said: str) -> None:
    text = f'def test_idle(wasm):\n    """x"""\n    assert {said}\n'
    (found,) = _checks(lesson_copy, test_a=text).findings()
    assert found.where == "minimal-demo/checks/test_a.py:6"
    assert found.what.startswith(f"an assert in test_idle can never fail: {IDLE[said]}")


@pytest.mark.parametrize("said", ["(wasm)", "()", "False", "wasm and True", "wasm.ok, 'help'", "{}", "[]"])
def test_an_assert_that_can_fail_is_left_alone(lesson_copy: Path, said: str) -> None:
    assert _whats(_checks(lesson_copy, test_a=f'def test_it(wasm):\n    """x"""\n    assert {said}\n')) == []


def test_whatever_can_fail_counts_as_an_assertion(lesson_copy: Path) -> None:
    bodies = [
        "assert wasm",
        'expect.call("add", 1).returns(1)',
        "on_page(lesson_page.page).to_have_title('x')",
        "helper(wasm)",
        "fixture_that_asserts",
        "with pytest.raises(ValueError): int('x')",
        "lesson_page.page.locator('x').wait_for()",
        "expect.cost('add', 1).at_most(9)",
        "python.load('x.py').call('f').prints('x')",
    ]
    tests = [
        f'def test_{n}(wasm, expect, lesson_page, python, fixture_that_asserts):\n    """x"""\n    {body}\n'
        for n, body in enumerate(bodies)
        if body != "fixture_that_asserts"
    ]
    helpers = "def helper(wasm):\n    assert wasm\n\n"
    assert _whats(_checks(lesson_copy, test_a=helpers + "\n".join(tests))) == []


def test_a_fixture_that_asserts_is_enough(lesson_copy: Path) -> None:
    fixtures = "@pytest.fixture\ndef proved(wasm):\n    assert wasm\n\n"
    text = 'def test_it(proved):\n    """x"""\n    print(proved)\n'
    assert _whats(_checks(lesson_copy, conftest=fixtures, test_a=text)) == []


def test_a_check_without_a_docstring_is_told(lesson_copy: Path) -> None:
    found = _whats(_checks(lesson_copy, test_a="def test_bare(wasm):\n    assert wasm\n"))
    assert found == ["test_bare has no docstring, and that is the line a student reads"]


def test_every_text_of_help_is_found_with_its_line(lesson_copy: Path) -> None:
    text = (
        '@pytest.mark.feedback("in a mark", came=0)\n'
        '@pytest.mark.feedback(help="by name", passed="praise")\n'
        "def test_it(expect, wasm):\n"
        '    """x"""\n'
        '    expect.call("add", 1).returns(1, help="at a verb")\n'
        '    assert wasm, f"got {wasm} here"\n'
    )
    helps = _checks(lesson_copy, test_a=text).helps()
    assert sorted(each.text for each in helps) == [
        "at a verb",
        "by name",
        "f'got {wasm} here'",
        "in a mark",
        "praise",
    ]
    assert {each.text: each.where for each in helps}["in a mark"] == "minimal-demo/checks/test_a.py:4"


def test_a_help_with_a_hole_is_in_what_was_told(lesson_copy: Path) -> None:
    text = 'def test_it(wasm):\n    """x"""\n    assert wasm, f"got {wasm} here"\n'
    (only,) = _checks(lesson_copy, test_a=text).helps()
    assert only.is_in("... got 12 here ...")
    assert not only.is_in("got nothing")
