"""The result as JUnit XML: a test for each trial, and one for each SLO that is like another."""

from __future__ import annotations

from generator.diagnostics.junit import xml_text
from generator.proof.reports.result import Result
from generator.proof.words import told


def render(result: Result) -> str:
    """One suite for each SLO and pack."""
    from xml.etree import ElementTree as ET

    root = ET.Element("testsuites", {"name": "sightline test"})
    counts = {"tests": 0, "failures": 0}
    cases: dict[str, list[tuple[str, list[str]]]] = {}
    for outcome in result.outcomes:
        lines = [told(failure) for failure in outcome.failures]
        cases.setdefault(outcome.suite.owner, []).append((outcome.trial.title, lines))
    for proven in result.plan.slos:
        if proven.by != proven.suite.owner:
            lines = [
                f"{one.rule} has {one.what} {one.found!r}, must be {one.expected!r}"
                for one in proven.differences
            ]
            cases.setdefault(proven.suite.owner, []).append((f"like {proven.by}", lines))
    left_out = {one.suite.owner: one.unsimulated for one in result.plan.slos if one.unsimulated}
    for owner, listed in cases.items():
        failed = sum(bool(lines) for _, lines in listed)
        attributes = {"name": xml_text(owner), "tests": str(len(listed)), "failures": str(failed)}
        suite = ET.SubElement(root, "testsuite", attributes)
        counts["tests"] += len(listed)
        counts["failures"] += failed
        if owner in left_out:
            case = ET.SubElement(suite, "testcase", {"classname": xml_text(owner), "name": "its recordings"})
            ET.SubElement(case, "skipped", {"message": xml_text(left_out[owner])})
        for name, lines in listed:
            case = ET.SubElement(suite, "testcase", {"classname": xml_text(owner), "name": xml_text(name)})
            if lines:
                failure = ET.SubElement(case, "failure", {"message": xml_text(lines[0])})
                failure.text = "\n".join(map(xml_text, lines))
    root.attrib.update({name: str(count) for name, count in counts.items()})
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'
