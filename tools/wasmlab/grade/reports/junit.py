"""JUnit's XML: a suite a submission, a case a check."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from wasmlab.grade.outcome import Batch, Graded, as_text
from wasmlab.grade.reports.rows import Row, rows, said

# All that XML 1.0 cannot hold.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(batch: Batch) -> str:
    """Return the document, as CI services read it."""
    root = ElementTree.Element("testsuites", name=_safe(f"wasmlab grade {batch.lesson}"))
    suites = [_suite(graded, batch) for graded in batch.graded]
    for key in ("tests", "failures", "errors", "skipped"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in suites)))
    root.set("time", f"{batch.seconds:.3f}")
    root.extend(suites)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(graded: Graded, batch: Batch) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=_safe(graded.name), time=f"{graded.seconds:.3f}")
    properties = ElementTree.SubElement(suite, "properties")
    facts = {
        "outcome": graded.outcome,
        "earned": as_text(graded.earned),
        "possible": as_text(batch.possible),
        "confinement": graded.confinement or batch.confinement,
    }
    for name, value in facts.items():
        ElementTree.SubElement(properties, "property", name=name, value=_safe(value))
    for row in rows(graded):
        suite.append(_case(row, graded))
    if graded.outcome == "error" or not graded.verdicts:
        suite.append(_whole(graded))
    if text := said(graded):
        ElementTree.SubElement(suite, "system-out").text = _safe(text)
    for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(key, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("tests", str(len(suite.findall("testcase"))))
    return suite


def _case(row: Row, graded: Graded) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        classname=_safe(f"{graded.name}.{row.check}"),
        name=_safe(row.line),
        time=f"{row.seconds:.3f}",
    )
    if row.state == "failed":
        first = row.told.partition("\n")[0] or "it did not pass"
        ElementTree.SubElement(case, "failure", message=_safe(first), type=row.state).text = _safe(row.told)
    elif row.state != "passed":
        why = f"waits for {row.waits_for}" if row.waits_for else row.message
        ElementTree.SubElement(case, "skipped", message=_safe(why))
    return case


def _whole(graded: Graded) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=_safe(graded.name), name="grading", time="0.000")
    tag = "error" if graded.outcome == "error" else "failure"
    ElementTree.SubElement(case, tag, message=_safe(graded.why or graded.outcome), type=graded.outcome)
    return case


def _safe(text: str) -> str:
    return _NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
