"""The structural check gives jsonschema's verdicts, and no document makes the compiler fall over."""

import json
import re
from copy import deepcopy
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from generator.diagnostics import Diagnostics
from generator.documents import Source, parse
from generator.spec import structure
from generator.spec.schema import DEFINITIONS, kinds
from spec.projects import compiled, example_documents

PLATFORM = {
    "apiVersion": "sightline/v1",
    "kind": "Platform",
    "metadata": {"name": "demo"},
    "spec": {
        "project": "demo",
        "environment": "test",
        "identityLabels": ["cluster"],
        "defaults": {
            "namespace": "shop",
            "tier": "gold",
            "team": "a",
            "period": "28d",
            "interval": "15s",
            "longInterval": "2m",
        },
        "severities": {"page": "critical", "ticket": "warning"},
        "tiers": {
            "gold": {
                "slos": {
                    "http": [{"name": "availability", "objective": 99.9, "sli": {"availability": {}}}],
                    "none": [],
                },
                "alerting": {"windows": "two"},
                "alertPacks": [{"name": "own", "parameters": {"hold": "10m"}}],
            }
        },
        "windows": {
            "two": [{"tier": "page", "speed": "fast", "budgetPercent": 2, "long": "1h", "short": "5m"}]
        },
        "prometheus": {
            "url": "https://p.example.com",
            "version": "2.42",
            "scrapeInterval": "15s",
            "retention": "90d",
        },
        "grafana": {"url": "https://g.example.com", "folder": "SLOs"},
        "kiali": {"url": "https://k.example.com", "version": "2.0", "cluster": "c"},
        "jaeger": {"url": "https://j.example.com", "version": "2.0"},
        "alertmanager": {"url": "https://a.example.com/am", "version": "0.28"},
        "linkHosts": ["r.example.com"],
        "runbook": "https://r.example.com/r",
        "delivery": [{"format": "prometheus"}, {"format": "links"}],
        "pythonDashboards": False,
    },
}
SERVICE = {
    "apiVersion": "sightline/v1",
    "kind": "Service",
    "metadata": {"name": "cart", "namespace": "shop", "displayName": "Cart", "labels": {"team": "b"}},
    "spec": {
        "description": "d",
        "runbook": "https://r.example.com/cart",
        "tier": "gold",
        "disabled": False,
        "protocol": "http",
        "telemetry": {
            "profile": "istio",
            "dataplane": "sidecar",
            "identity": {"app": "cart"},
            "matchers": ['a="b"'],
        },
        "workloads": ["cart-v1"],
        "tracing": {"service": "cart"},
        "links": [{"title": "t", "url": "https://r.example.com"}],
        "alertPacks": ["other", {"name": "own", "parameters": {"share": 0.5}}],
        "slos": [
            {
                "name": "availability",
                "objective": 99,
                "period": "7d",
                "allowLow": True,
                "alerting": {"minFailures": 5},
            },
            {
                "name": "latency",
                "objective": 95.5,
                "sli": {"latency": {"threshold": "250ms", "of": "all", "matchers": []}},
            },
            {
                "name": "orders",
                "objective": 99,
                "sli": {"events": {"total": "a", "bad": "b"}},
                "disabled": True,
            },
        ],
    },
}
SLO = {
    "apiVersion": "sightline/v1",
    "kind": "SLO",
    "metadata": {"name": "paid", "labels": {"a": "b"}},
    "spec": {
        "service": "shop/cart",
        "objective": 99.5,
        "period": "90d",
        "sli": {
            "availability": {"errorPolicy": {"httpCodes": ["5xx"], "flags": ["UH"]}, "matchers": ['x=~"y"']}
        },
        "alerting": {
            "disabled": False,
            "windows": "google-30d",
            "page": {
                "disabled": True,
                "severity": "sev1",
                "for": "1m",
                "labels": {"l": "v"},
                "annotations": {"n": "v"},
            },
            "ticket": {},
            "absent": {"disabled": True},
        },
        "description": "d",
        "labels": {"c": "d"},
        "annotations": {"e": "f"},
        "runbook": "https://r.example.com/paid",
    },
}
PACK = {
    "apiVersion": "sightline/v1",
    "kind": "AlertPack",
    "metadata": {"name": "own"},
    "spec": {
        "parameters": {"share": 0.2, "hold": "15m"},
        "interval": "1m",
        "rules": [
            {
                "alert": "Own",
                "expr": "sum(rate(x_total{$selector}[$hold])) > $share",
                "for": "5m",
                "keepFiringFor": "5m",
                "labels": {"severity": "ticket"},
                "annotations": {"summary": "<< service >>"},
            },
            {"record": "own:x:rate5m", "expr": "rate(x_total[5m])"},
        ],
    },
}
OTHER_PACK = {
    **PACK,
    "metadata": {"name": "other"},
    "spec": {"rules": [{"alert": "Other", "expr": "up == 0"}]},
}
PROJECT = [PLATFORM, SERVICE, SLO, PACK, OTHER_PACK]
VALID = PROJECT[:4]

# Values that some field somewhere takes for right, and others for wrong.
_TEXTS = [
    "",
    " ",
    "a",
    "A",
    "none",
    "http",
    "gold",
    "prometheus",
    "google-30d",
    "page",
    "5xx",
    "UH",
    "yes",
    "3.10",
    "__name__",
]
_TEXTS += [
    "x" * 300,
    "-a",
    "a-",
    "a\n",
    "é",
    "a.b",
    "shop/cart",
    "https://x.example.com",
    "ftp://x",
    "https://x y",
]
_TEXTS += [
    "up",
    "sum(up)",
    "sum(",
    "rate(x[$window])",
    "rate(x[5m])",
    "$x",
    'a="b"',
    'a=~"("',
    "<< a >>",
    "<<",
    "{{ x",
    "{{ end }}",
]
_TIMES = ["0s", "00ms", "1ms", "5m", "1mo", "12h", "4w", "1d", "30d", "400d", "300y", "99999999999999999999d"]
_NUMBERS = [0, 1, -1, 3, 50, 100, 1e-9, 0.999, 2.0, 97.5, 99.9, 99.99999999, 10**30]
_ODD = [
    None,
    True,
    [],
    {},
    [None],
    [{}],
    [{}, {}],
    [[]],
    {"": ""},
    {"name": "a"},
    [{"name": "a"}, {"name": "a"}],
    ["a", "a"],
]
_ODD += [[{"format": "links"}, {"format": "links"}], [1, 1.0, True], [{"objective": 99}, {"objective": 99}]]
_KEYS = [
    "",
    "x",
    "a-b",
    "name",
    "namespace",
    "service",
    "objective",
    "Objective",
    "sli",
    "labels",
    "disabled",
    "latency",
    "spec",
]


def _near(value: object) -> list[object]:
    """Values of the kind of `value`: what gets past the first check and on to the next."""
    if isinstance(value, str) and value[:1].isdigit():
        return _TIMES
    return _NUMBERS if isinstance(value, int | float) else _TEXTS if isinstance(value, str) else _ODD


def _places(data: object, here: tuple = ()) -> list[tuple]:
    """The path of every value of `data`, the whole included."""
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [here, *(place for key, value in children for place in _places(value, (*here, key)))]


@st.composite
def mutated(draw: st.DrawFn, valid: list[dict]) -> dict:
    """A valid document with up to three changes: a value replaced, dropped, renamed, repeated, or added."""
    document = json.loads(json.dumps(draw(st.sampled_from(valid))))
    for _ in range(draw(st.integers(1, 3))):
        *above, last = draw(st.sampled_from([place for place in _places(document) if place]))
        parent = document
        for key in above:
            parent = parent[key]
        change = draw(st.sampled_from(["near", "near", "near", "any", "drop", "rename", "add", "twin"]))
        anything = st.sampled_from([*_TEXTS, *_TIMES, *_NUMBERS, *_ODD]).map(deepcopy)
        if change == "near":
            parent[last] = deepcopy(draw(st.sampled_from(_near(parent[last]))))
        elif change == "any":
            parent[last] = draw(anything)
        elif change == "drop":
            del parent[last]
        elif isinstance(parent, list):
            parent.append(draw(anything) if change == "add" else deepcopy(parent[last]))
        elif change == "rename":
            parent[draw(st.sampled_from([*_KEYS, f"{last}s"]))] = parent.pop(last)
        else:
            parent[draw(st.sampled_from(_KEYS))] = (
                deepcopy(parent[last]) if change == "twin" else draw(anything)
            )
    return document


def _pattern(validator, pattern, instance, schema):
    """The keyword `pattern` of ECMA 262: `$` is the very end, not the place before a last line break."""
    found = re.search(pattern.removesuffix("$") + (r"\Z" if pattern.endswith("$") else ""), str(instance))
    if isinstance(instance, str) and not found:
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_Validator = extend(Draft7Validator, {"pattern": _pattern})


def _ours(text: str, schema: dict) -> bool:
    """The verdict of our own check on a document written as JSON, which is YAML too."""
    diagnostics = Diagnostics()
    (document,) = parse(Source("slos/x.yaml", text), diagnostics)
    assert document.root is not None
    assert list(diagnostics) == []
    verdict = structure.check(document.root, schema, "this document", diagnostics)
    assert verdict is (list(diagnostics) == [])
    return verdict


@pytest.mark.parametrize("document", VALID, ids=lambda document: document["kind"])
def test_every_kind_has_a_sound_example_for_the_mutations_below(document):
    schema = kinds()[document["kind"]]
    assert _Validator({**schema, "definitions": dict(DEFINITIONS)}).is_valid(document)
    assert _ours(json.dumps(document), schema)


@pytest.mark.parametrize("kind", ["Platform", "Service", "SLO", "AlertPack"])
@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_verdicts_are_those_of_jsonschema(kind, data):
    valid = [document for document in [*VALID, *_EXAMPLES] if document["kind"] == kind]
    document = data.draw(mutated(valid))
    schema = kinds()[kind]
    text = json.dumps(document)
    theirs = _Validator({**schema, "definitions": dict(DEFINITIONS)})
    assert _ours(text, schema) is theirs.is_valid(json.loads(text, parse_float=Decimal))


@settings(max_examples=400, deadline=None)
@given(st.tuples(*(mutated([document]) | st.just(document) for document in PROJECT)))
def test_no_document_makes_the_compiler_fall_over(documents):
    """There are files or errors, never both; an exception would be a traceback for a user."""
    platform, *others = documents
    files = {"sightline.yaml": json.dumps(platform), "slos/all.yaml": "\n---\n".join(map(json.dumps, others))}
    compilation, diagnostics = compiled(files)
    assert bool(compilation.artifacts) is not diagnostics.has_errors


_EXAMPLES = example_documents()
