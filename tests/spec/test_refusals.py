"""What is refused, each with one finding that says it: no second one that follows from the first."""

from __future__ import annotations

import pytest

from spec.projects import compiled

PLATFORM = "apiVersion: sightline/v1\nkind: Platform\nmetadata: {name: demo}\nspec: {project: demo}\n"
SERVICE = "apiVersion: sightline/v1\nkind: Service\nmetadata: {name: cart}\nspec: "
EVENTS = "sli: {events: {total: a_total, bad: b_total}}"


def slo(fields: str, service: str = "") -> str:
    return SERVICE + "{" + service + "slos: [{name: one, " + fields + "}]}\n"


def document(kind: str, name: str, spec: str) -> str:
    return f"---\napiVersion: sightline/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}\n"


LATENCY = "objective: 99, sli: {latency: {threshold: 250ms}}"
AVAILABLE = "objective: 99, sli: {availability: {}}"
THRESHOLD = "objective: 99, sli: {threshold: {query: lag, op: OP, value: 5MISSING}}"
PACK = "{rules: [{record: 'cart:up', expr: up}]}"
READER = "{rules: [{record: 'cart:up', expr: up}, {alert: CartDown, expr: 'cart:up < 1'}]}"
REFUSED = {
    "HTTP on ambient without a waypoint": (
        slo(AVAILABLE, "telemetry: {dataplane: ambient}, "),
        "service/no-waypoint",
    ),
    "latency of TCP": (slo(LATENCY, "protocol: tcp, "), "sli/no-duration"),
    "bare latency of streams": (slo(LATENCY, "streaming: true, "), "sli/streaming"),
    "a bucket that is not there": (slo(LATENCY.replace("250", "300")), "sli/no-bucket"),
    "a fraction": (slo(f"objective: 0.999, {EVENTS}"), "slo/objective-range"),
    "no budget": (slo(f"objective: 100, {EVENTS}"), "spec/value"),
    "a budget below noise": (slo(f"objective: 99.99999999, {EVENTS}"), "slo/objective-range"),
    "a sign for an operator": (
        slo(THRESHOLD.replace("OP", "'>'").replace("MISSING", ", missing: bad")),
        "spec/value",
    ),
    "nothing said of missing minutes": (
        slo(THRESHOLD.replace("OP", "gt").replace("MISSING", "")),
        "spec/missing-key",
    ),
    "a page that cannot fire": (slo(f"objective: 90, {EVENTS}"), "slo/unreachable-alert"),
    "two pages that cannot fire": (slo(f"objective: 80, {EVENTS}"), "slo/unreachable-alert"),
    "a product of SLIs": (
        slo("objective: 99, sli: {composite: [availability, latency]}"),
        "spec/unknown-key",
    ),
    "a journey that is measured nowhere": (
        slo(AVAILABLE)
        + document("SLO", "two", "{journey: {name: pay, services: [cart]}, " + AVAILABLE + "}"),
        "spec/missing-key",
    ),
    "a calendar period": (slo(f"objective: 99, period: {{calendar: month}}, {EVENTS}"), "spec/type"),
    "a calendar period in a word": (slo(f"objective: 99, period: monthly, {EVENTS}"), "spec/value"),
    "an unknown dimension": (slo(f"groupBy: [revison], {AVAILABLE}"), "slo/unknown-group"),
    "a service twice": (slo(AVAILABLE) + "---\n" + slo(AVAILABLE), "service/duplicate"),
    "an SLO twice": (
        slo(AVAILABLE) + document("SLO", "one", "{service: cart, " + AVAILABLE + "}"),
        "slo/duplicate",
    ),
    "two records with one identity": (
        slo(AVAILABLE, "alertPacks: [a, b], ")
        + document("AlertPack", "a", PACK)
        + document("AlertPack", "b", READER),
        "promql/duplicate-rule",
    ),
}


@pytest.mark.parametrize("refused", REFUSED)
def test_one_finding_says_it(refused):
    text, code = REFUSED[refused]
    compilation, diagnostics = compiled({"sightline.yaml": PLATFORM, "slos/cart.yaml": text})
    assert [item.code for item in diagnostics] == [code]
    (finding,) = diagnostics
    assert finding.span is not None
    assert finding.span.path == "slos/cart.yaml"
    assert finding.fix
    assert finding.cause or code in {"spec/value", "slo/unknown-group"}
    assert compilation.artifacts == ()
