"""The report as JUnit XML: well-formed with any words, and counted as CI servers count."""

from xml.etree import ElementTree as ET

from diagnostics.test_sarif_report import FOUND
from hypothesis import example, given
from hypothesis import strategies as st

from generator.diagnostics import Diagnostic, Severity
from generator.diagnostics.reporters import REPORTERS

render = REPORTERS["junit"]


@given(st.lists(FOUND, max_size=4))
@example([Diagnostic(code="a/b", message="\uffff]]></failure><x>\x00\x1b&", span=None)])
def test_any_finding_is_well_formed_and_counted(found):
    root = ET.fromstring(render(found, {}))  # our own text
    (suite,) = root
    cases, errors = list(suite), [item for item in found if item.severity is Severity.ERROR]
    assert [int(suite.attrib["tests"]), int(suite.attrib["failures"])] == [len(cases), len(errors)]
    assert len(cases) == max(1, len(found))
    for item, case in zip(found, cases, strict=False):
        (said,) = case
        assert said.tag == ("failure" if item in errors else "system-out")
        assert said.attrib.get("type", item.code) == item.code
        assert item.code in case.attrib["name"]


def test_no_finding_is_a_test_that_passed():
    assert render([], {}) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuites tests="1" failures="0" errors="0" skipped="0">\n'
        '  <testsuite name="sightline" tests="1" failures="0" errors="0" skipped="0">\n'
        '    <testcase classname="sightline" name="no findings" />\n'
        "  </testsuite>\n</testsuites>\n"
    )
