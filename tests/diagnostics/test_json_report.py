"""The JSON report: its shape is a contract with other programs."""

import json

from hypothesis import example, given
from hypothesis import strategies as st

from generator.diagnostics import Diagnostic, Related, Severity, Span
from generator.diagnostics.reporters import REPORTERS

render = REPORTERS["json"]
SPAN = Span("slos/a.yaml", 3, 1, 3, 5)


def test_every_field_is_always_there() -> None:
    diagnostic = Diagnostic(
        code="yaml/duplicate-key",
        message="twice",
        span=SPAN,
        cause="why",
        fix="how",
        related=(Related(Span("slos/a.yaml", 1, 1, 1, 5), "first"),),
    )
    bare = Diagnostic(code="a/b", message="m", span=None, severity=Severity.WARNING)
    place = {"path": "slos/a.yaml", "line": 3, "column": 1, "end_line": 3, "end_column": 5}
    assert json.loads(render([diagnostic, bare], {})) == {
        "schema_version": 1,
        "diagnostics": [
            {
                "code": "yaml/duplicate-key",
                "severity": "error",
                "message": "twice",
                "cause": "why",
                "fix": "how",
                "span": place,
                "related": [{"message": "first", "span": {**place, "line": 1, "end_line": 1}}],
            },
            {
                "code": "a/b",
                "severity": "warning",
                "message": "m",
                "cause": "",
                "fix": "",
                "span": None,
                "related": [],
            },
        ],
        "summary": {"errors": 1, "warnings": 1, "files": 1},
    }


def test_a_clean_run_is_an_object_too() -> None:
    assert json.loads(render([], {})) == {
        "schema_version": 1,
        "diagnostics": [],
        "summary": {"errors": 0, "warnings": 0, "files": 0},
    }


def test_keys_are_sorted_and_the_text_ends_with_a_line_feed() -> None:
    report = render([Diagnostic(code="a/b", message="m", span=SPAN)], {})
    assert report == json.dumps(json.loads(report), indent=2, sort_keys=True) + "\n"


def test_colour_and_sources_change_nothing() -> None:
    items = [Diagnostic(code="a/b", message="m", span=SPAN)]
    assert render(items, {SPAN.path: "x\n"}, colour=True) == render(items, {})


@given(st.text())
@example("\x00\x1b\x7f\x9b\u202e\ud800")
def test_any_words_come_back_and_travel_as_printable_ascii(words: str) -> None:
    report = render([Diagnostic(code="a/b", message=words, span=SPAN, cause=words)], {})
    assert json.loads(report)["diagnostics"][0]["message"] == words
    assert report.replace("\n", "").isascii()
    assert report.replace("\n", "").isprintable()
