"""What the flow says of results, against the results of Prometheus itself.

Hundreds of expressions are made at random over a small data set and evaluated by promtool in one run. Every
label that is called guaranteed must stand on every series of a result, an impossible one on none; a pin must
be the label's value; every value must lie in the interval; and what has a result is not said to have none.
"""

from __future__ import annotations

import json
import math
import re
import subprocess
from itertools import product
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from generator.promql.checks import Known, impossible_join, never_true
from generator.promql.flow.evaluate import flow_of
from generator.promql.flow.labels import State
from generator.promql.flow.model import Flow
from generator.promql.flow.nodes import Binary
from promql.catalogues import shop

NUMBER = 700
LABELS = ["job", "instance", "code", "host", "method", "queue", "le", "quantile", "new"]
INSTANT = [
    "requests_total", 'requests_total{method="GET"}', 'requests_total{host="a",code="500"}', "queue_size",
    'queue_size{queue="in"}', 'queue_size{queue=""}', "request_seconds_bucket", "request_seconds_count",
    "request_seconds_sum", 'request_seconds_bucket{le="1"}', "old_seconds", "nothing_at_all", "up",
]  # fmt: skip
OVER_TIME = ["rate", "irate", "increase", "delta", "deriv", "avg_over_time", "min_over_time", "max_over_time",
             "sum_over_time", "count_over_time", "last_over_time", "changes", "resets", "stddev_over_time",
             "present_over_time", "absent_over_time"]  # fmt: skip
OVER_VALUES = ["abs", "ceil", "floor", "round", "sqrt", "exp", "sgn", "ln", "sort", "timestamp",
               "hour", "month",
               "day_of_week", "absent", "sin", "atan"]  # fmt: skip
AGGREGATIONS = ["sum", "avg", "min", "max", "count", "group", "stddev"]
OPERATORS = ["+", "-", "*", "/", "%", "^", "==", "!=", ">", "<", ">=", "<=", "and", "or", "unless"]
_FAILED = r'expr: ("(?:[^"\\]|\\.)*"), time: \S+,\s*exp:\s*.*\n\s*got:\s*(.*)'
NUMBERS = ["0", "1", "2", "-3", "0.5", "10", "time()", "Inf"]


class Sample(NamedTuple):
    """One series of a result at one moment."""

    labels: dict[str, str]
    value: float


def series() -> list[dict[str, str]]:
    """An hour of input in promtool's notation: what the shop's catalogue describes, and `up`."""
    targets = [f'instance="{number}",job="{job}"' for number, job in ((1, "cart"), (2, "checkout"))]
    found = [{"series": f"up{{{target}}}", "values": f"{index}x60"} for index, target in enumerate(targets)]
    for step, (target, code, method) in enumerate(product(targets, ("200", "500"), ("GET", "POST")), 1):
        labels = f'{target},code="{code}",method="{method}"'
        found += [
            {"series": f'requests_total{{{labels},host="{host}"}}', "values": f"0+{step}x30 0+{step}x30"}
            for host in ("a", "b")
        ]
        found += [
            {"series": f'request_seconds_bucket{{{labels},le="{le}"}}', "values": f"0+{step * share}x60"}
            for share, le in enumerate(("0.1", "0.25", "1", "2.5", "1000000", "+Inf"))
        ]
        found += [
            {"series": f"request_seconds_{part}{{{labels}}}", "values": f"0+{step * 5}x60"}
            for part in ("count", "sum")
        ]
    for index, target in enumerate(targets):
        found += [
            {"series": f"queue_size{{{target}}}", "values": f"{index}+1x20 -5-1x40"},
            {"series": f'queue_size{{{target},queue="in"}}', "values": "3x60"},
            {"series": f'old_seconds{{{target},quantile="0.5"}}', "values": f"0.{index + 1}x60"},
        ]
    return found


def expression(random: Random, depth: int) -> str:
    """An instant vector, or what may be none."""
    if depth == 0 or random.random() < 0.1:
        return random.choice(INSTANT)
    inner = expression(random, depth - 1)
    labels = ", ".join(random.sample(LABELS[:-1], random.randrange(4)))
    match random.randrange(10):
        case 0:
            selector = random.choice(INSTANT)
            return f"{random.choice(OVER_TIME)}({selector}[10m])"
        case 1:
            return f"{random.choice(OVER_TIME)}(({inner})[10m:1m])"
        case 2:
            return f"{random.choice(OVER_VALUES)}({inner})"
        case 3 | 4:
            grouping = random.choice([f"by ({labels})", f"without ({labels})", ""])
            if random.random() < 0.2:
                return f'count_values {grouping} ("new", {inner})'
            if random.random() < 0.2:
                return f"topk {grouping} (2, {inner})"
            return f"{random.choice(AGGREGATIONS)} {grouping} ({inner})"
        case 5:
            return f"histogram_quantile(0.9, {inner})"
        case 6:
            source = random.choice(LABELS)
            target = random.choice(LABELS)
            pattern = random.choice(["(.*)", "(.+)", "a"])
            return f'label_replace({inner}, "{target}", "$1", "{source}", "{pattern}")'
        case 7:
            bool_ = random.choice(["", "bool "])
            operator = random.choice(OPERATORS[:12])
            bool_ = bool_ if operator in OPERATORS[6:12] else ""
            return f"({inner}) {operator} {bool_}{random.choice(NUMBERS)}"
        case 8:
            other = expression(random, depth - 1)
            return f"({inner}) {random.choice(OPERATORS)} ({other})"
    other = expression(random, depth - 1)
    operator = random.choice(OPERATORS)
    matching = f"{random.choice(['on', 'ignoring'])} ({labels})"
    if operator not in {"and", "or", "unless"} and random.random() < 0.6:
        free = [label for label in LABELS if label not in labels]
        matching += f" {random.choice(['group_left', 'group_right'])} ({random.choice(['', *free])})"
    return f"({inner}) {operator} {matching} ({other})"


def evaluated(expressions: list[str], folder: Path) -> dict[str, list[Sample]]:
    """The results of those expressions that have one, at half an hour and at fifty minutes."""
    tests = [
        {"expr": text, "eval_time": moment, "exp_samples": [{"labels": '{x="none"}', "value": 1}]}
        for text in expressions
        for moment in ("30m", "50m")
    ]
    file = folder / "tests.yaml"
    file.write_text(
        json.dumps({"tests": [{"interval": "1m", "input_series": series(), "promql_expr_test": tests}]})
    )
    run = subprocess.run(["promtool", "test", "rules", file], capture_output=True, text=True, check=False)
    results: dict[str, list[Sample]] = {}
    said = re.findall(
        r'expr: ("(?:[^"\\]|\\.)*"), time: \S+,\s*exp:\s*.*\n\s*got:\s*(.*)', run.stdout + run.stderr
    )
    for quoted, got in said:
        text = json.loads(quoted)
        results.setdefault(text, []).extend(_samples(got))
    return results


def _samples(got: str) -> list[Sample]:
    found = []
    for labels, value in re.findall(r"(\{[^{}]*\}|[a-z_]*\{[^{}]*\}) (\S+?)(?:,|$)", got):
        pairs = re.findall(r'([a-zA-Z_]+)=\\?"((?:[^"\\]|\\.)*?)\\?"', labels)
        found.append(Sample(dict(pairs), float(value.replace("Inf", "inf"))))
    return found


def contradictions(flow: Flow, samples: list[Sample]) -> list[str]:
    """What the flow says that a result denies."""
    said = []
    for sample in samples:
        for label in LABELS:
            state, there = flow.labels.state(label), bool(sample.labels.get(label))
            if (state is State.GUARANTEED and not there) or (state is State.IMPOSSIBLE and there):
                said.append(f"{label} is {state}: {sample.labels}")
        for label, value in flow.pins.items():
            if sample.labels.get(label) != value:
                said.append(f"{label} is pinned to {value}: {sample.labels}")
        low, high, nan = flow.interval
        slack = 1e-9 * max(1.0, abs(sample.value)) if math.isfinite(sample.value) else 0.0
        outside = (
            nan is False if math.isnan(sample.value) else not low - slack <= sample.value <= high + slack
        )
        if outside:
            said.append(f"{sample.value} is not in {flow.interval}")
    for check in (impossible_join, never_true):
        findings = check.check(flow, Known(None, {})) if isinstance(flow.node, Binary) else ()
        said += [f"has a result: {finding.message}" for finding in findings if finding.selects_nothing]
    return said


@pytest.mark.engine
def test_no_result_denies_what_is_known_of_it(tmp_path: Path) -> None:
    random = Random(2026)
    expressions = list(dict.fromkeys(expression(random, random.randrange(1, 5)) for _ in range(NUMBER)))
    results = evaluated(expressions, tmp_path)
    with_samples = {text: samples for text, samples in results.items() if samples}
    assert len(with_samples) > len(expressions) / 4
    known = Known(shop(), {})
    denied = {text: contradictions(flow_of(text, known), samples) for text, samples in with_samples.items()}
    assert {text: said for text, said in denied.items() if said} == {}
