"""The SARIF report, against the schema of SARIF 2.1.0; `make` puts it there."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from generator.diagnostics import Diagnostic, Related, Severity, Span
from generator.diagnostics.reporters import REPORTERS

render = REPORTERS["sarif"]

_PACKAGE = Path(__file__).parent / "schema" / "node_modules" / "@microsoft" / "jest-sarif"
SCHEMA = json.loads((_PACKAGE / "lib" / "schemas" / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))
VALIDATOR = Draft4Validator(SCHEMA)
_NUMBERS = st.integers(1, 10_000)
_WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
_SPANS = st.builds(Span, _WORDS, _NUMBERS, _NUMBERS, _NUMBERS, _NUMBERS)
FOUND = st.builds(
    Diagnostic,
    code=st.sampled_from(["slo/period", "promql/syntax", "yaml/key"]),
    message=_WORDS,
    span=st.none() | _SPANS,
    cause=_WORDS,
    fix=_WORDS,
    related=st.lists(st.builds(Related, _SPANS, _WORDS), max_size=2).map(tuple),
    severity=st.sampled_from(Severity),
)


@given(st.lists(FOUND, max_size=4))
def test_any_finding_is_valid_sarif(found):
    text = render(found, {})
    assert text.isascii()
    log = json.loads(text)
    assert list(VALIDATOR.iter_errors(log)) == []
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [item.code for item in found]
    for item, result in zip(found, run["results"], strict=True):
        places = [one["physicalLocation"] for one in result.get("locations", [])]
        assert all(re.fullmatch(r"[A-Za-z0-9._~/%-]+", one["artifactLocation"]["uri"]) for one in places)
        assert [unquote(one["artifactLocation"]["uri"]) for one in places] == (
            [item.span.path] if item.span else []
        )


def test_words_are_no_template_and_no_link():
    item = Diagnostic(code="a/b", message="{0} and [here](https://evil.example)", span=None)
    (result,) = json.loads(render([item], {}))["runs"][0]["results"]
    assert result["message"]["text"] == "{{0}} and \\[here\\](https://evil.example)"


def test_a_run_without_findings_has_no_results():
    assert json.loads(render([], {}))["runs"][0]["results"] == []


def test_the_schema_refuses_what_it_does_not_know():
    """Lest a validator that takes anything would show nothing."""
    log = json.loads(render([Diagnostic(code="a/b", message="m", span=None)], {}))
    log["runs"][0]["results"][0] |= {"level": "fatal", "colour": "red"}
    assert len(list(VALIDATOR.iter_errors(log))) == 2
