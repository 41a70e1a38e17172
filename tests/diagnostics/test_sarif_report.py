"""The SARIF report, against the properties that the standard defines for what we use."""

import json
from urllib.parse import unquote

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Diagnostic, Related, Severity, Span
from generator.diagnostics.reporters import REPORTERS

render = REPORTERS["sarif"]


def _object(required: list[str], **properties: object) -> dict[str, object]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


_COUNT = {"type": "integer", "minimum": 1}
_MESSAGE = _object(["text"], text={"type": "string"})
_PLACE = _object(
    ["artifactLocation", "region"],
    artifactLocation=_object(
        ["uri", "uriBaseId"],
        uri={"type": "string", "pattern": "^[A-Za-z0-9._~/%-]+$"},  # RFC 3986, a relative path
        uriBaseId={"const": "PROJECT"},
    ),
    region=_object(["startLine"], startLine=_COUNT, startColumn=_COUNT, endLine=_COUNT, endColumn=_COUNT),
)
# OASIS, "Static Analysis Results Interchange Format 2.1.0": log 3.13, run 3.14, tool 3.18, result 3.27,
# location 3.28, physicalLocation 3.29, region 3.30.
SCHEMA = _object(
    ["version", "runs"],
    **{"$schema": {"type": "string"}},
    version={"const": "2.1.0"},
    runs={
        "type": "array",
        "items": _object(
            ["tool"],
            tool=_object(
                ["driver"],
                driver=_object(
                    ["name"],
                    name={"type": "string"},
                    rules={
                        "type": "array",
                        "uniqueItems": True,
                        "items": _object(["id"], id={"type": "string"}),
                    },
                ),
            ),
            columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            originalUriBaseIds={
                "type": "object",
                "additionalProperties": _object([], uri={"type": "string"}, description=_MESSAGE),
            },
            results={
                "type": "array",
                "items": _object(
                    ["message"],
                    ruleId={"type": "string"},
                    ruleIndex={"type": "integer", "minimum": 0},
                    level={"enum": ["none", "note", "warning", "error"]},
                    message=_MESSAGE,
                    locations={"type": "array", "items": _object([], physicalLocation=_PLACE)},
                    relatedLocations={
                        "type": "array",
                        "items": _object(
                            [], id={"type": "integer"}, message=_MESSAGE, physicalLocation=_PLACE
                        ),
                    },
                ),
            },
        ),
    },
)
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
    jsonschema.validate(log, SCHEMA)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [item.code for item in found]
    for item, result in zip(found, run["results"], strict=True):
        places = [one["physicalLocation"] for one in result.get("locations", [])]
        assert [unquote(one["artifactLocation"]["uri"]) for one in places] == (
            [item.span.path] if item.span else []
        )


def test_words_are_no_template_and_no_link():
    item = Diagnostic(code="a/b", message="{0} and [here](https://evil.example)", span=None)
    (result,) = json.loads(render([item], {}))["runs"][0]["results"]
    assert result["message"]["text"] == "{{0}} and \\[here\\](https://evil.example)"


def test_a_run_without_findings_has_no_results():
    assert json.loads(render([], {}))["runs"][0]["results"] == []
