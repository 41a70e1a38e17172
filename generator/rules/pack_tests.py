"""A pack's own tests for each instance of it, and what is wrong with them.

promtool compares the annotations of an alert word for word, and passes a test of an alert that does not
exist. So an alert is read from `ALERTS`, the series that Prometheus writes of it, every alert of the pack in
every test; and a name or a series that no rule knows is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from generator.diagnostics import Diagnostics, did_you_mean
from generator.documents import Locator
from generator.promql.build import Selector, equal
from generator.promql.checks.model import passes
from generator.promql.duration import Duration
from generator.promql.error import PromQLError
from generator.promql.parse import parse
from generator.promql.tokens import parse_selector
from generator.promql.tree import SelectorUse, selectors
from generator.rules.model import Expectation, Rule, Sample, UnitTest
from generator.rules.pack import FilledPack, fill_tokens
from generator.spec.content import ExpectedAlert, InputSeries, PackTest, Prose

_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
# One item of promtool's notation (promtool's documentation, "Unit testing for rules", `<series>`).
_VALUES = re.compile(
    rf"stale|[+-]?(?:Inf|NaN)|_(?:x(?P<blanks>[0-9]+))?|[+-]?{_NUMBER}(?:(?:[+-]{_NUMBER})?x(?P<times>[0-9]+))?"
)
_STEP = Duration.parse("1m")  # between two values of a series in a pack
_LONGEST = 100_000  # samples of one series: 69 days, more than promtool reads in reasonable time


def unit_tests(filled: FilledPack, locator: Locator, diagnostics: Diagnostics) -> Iterator[UnitTest]:
    """The tests of one filled pack that are sound; what is wrong with the others is reported."""
    if len(filled.group.rules) < len(filled.pack.rules):
        return  # there is a mistake in the rules, and tests would only repeat it
    read = [use for rule in filled.group.rules for use in selectors(parse(rule.expr))]
    for test in filled.pack.tests:
        before = len(diagnostics.items)
        series = []
        for given in test.series:
            selector = _series(given, filled, locator, diagnostics)
            if selector and not any(_reads(use, selector) for use in read):
                diagnostics.error(
                    "pack/unread-series",
                    f"no rule of the pack reads {selector.render()}",
                    given.at.get("series"),
                    cause="a test of series that nobody reads proves nothing.",
                    fix="compare its name and labels with the expressions.",
                )
            _check_values(given.values, locator, diagnostics)
            if selector:
                series.append((selector.render(), given.values.text.strip()))
        expected = tuple(_expectations(test, filled, diagnostics))
        if len(diagnostics.items) == before:
            yield UnitTest(
                name=_name(test, filled),
                evaluation=filled.group.interval,
                step=_STEP,
                series=tuple(series),
                expected=expected,
                origin=test.name.node.span,
            )


def _name(test: PackTest, filled: FilledPack) -> str:
    words = [filled.pack.name, *filter(None, [filled.instance.workload])]
    return f"{', '.join(words)}: {test.name.text}"


def _series(
    given: InputSeries, filled: FilledPack, locator: Locator, diagnostics: Diagnostics
) -> Selector | None:
    """The series with its tokens replaced; None when it is not one, which has been reported."""
    values = dict(filled.values)
    if "selector" in values:
        values["selector"] = _equalities(values["selector"])
    text = fill_tokens(given.series, values, locator, diagnostics)
    if text is None:
        return None
    try:
        selector = parse_selector(text.text)
    except PromQLError as error:
        fault = str(error)
    else:
        labels = [matcher.label for matcher in selector.matchers]
        inexact = next((matcher for matcher in selector.matchers if matcher.op != "="), None)
        twice = next((label for label in labels if labels.count(label) > 1), None)
        fault = f"{inexact} is no value" if inexact else f'the label "{twice}" stands twice' if twice else ""
    if not fault:
        return selector
    diagnostics.error(
        "pack/test-series",
        f"this is not a series: {fault}",
        given.at.get("series"),
        cause="a series has one value for each label.",
        fix='write metric{label="value"}.',
    )
    return None


def _equalities(matchers: str) -> str:
    """Of a selector's matchers those that a series can have as labels."""
    return ",".join(map(str, (one for one in parse_selector(f"x{{{matchers}}}").matchers if one.op == "=")))


def _reads(use: SelectorUse, series: Selector) -> bool:
    """Whether a selector takes a series."""
    labels = {matcher.label: str(matcher.value) for matcher in series.matchers}
    labels["__name__"] = series.metric
    return use.metric in {None, series.metric} and all(
        passes(matcher, labels.get(matcher.label, "")) for matcher in use.matchers
    )


def _check_values(values: Prose, locator: Locator, diagnostics: Diagnostics) -> None:
    """Report an item that promtool would refuse, and more samples than it can take."""
    length = 0
    for word in re.finditer(r"[^ \t\n]+", values.text):
        item = _VALUES.fullmatch(word[0])
        if item is None:
            diagnostics.error(
                "pack/test-values",
                f'"{word[0][:60]}" is no value of a series',
                locator.within(values.node)(word.start(), word.end()),
                fix="write numbers, `a+bxn` or `axn` for n more, `_` for none, `stale`, with spaces between.",
            )
            return
        length += 1 + min(int(item["times"] or item["blanks"] or 0), _LONGEST)
    if not 0 < length <= _LONGEST:
        diagnostics.error(
            "pack/test-values",
            f"these are {'no' if not length else f'more than {_LONGEST}'} values",
            values.node.span,
            fix="write as many as the test needs, one for each minute.",
        )


def _expectations(test: PackTest, filled: FilledPack, diagnostics: Diagnostics) -> Iterator[Expectation]:
    """For every alert of the pack what `ALERTS` must hold: the expected samples, or none."""
    alerts: dict[str, list[Rule]] = {}
    for rule in filled.group.rules:
        if rule.alert:
            alerts.setdefault(rule.alert, []).append(rule)
    known = [rule.alert for rule in filled.pack.rules if rule.alert]
    for expected in test.expect:
        if expected.alert not in known:
            diagnostics.error(
                "pack/unknown-alert",
                f'the pack has no alert "{expected.alert}"',
                expected.at.get("alert"),
                cause="promtool says nothing about alerts that do not exist.",
                fix=did_you_mean(expected.alert, known)
                or f"it has: {', '.join(sorted(set(known))) or 'none'}.",
            )
    for name, rules in alerts.items():
        query = _alerts(name, filled.identity)
        samples = [
            Sample(_alerts(name, _labels(expected, rules, filled)).render())
            for expected in test.expect
            if expected.alert == name
        ]
        yield Expectation(expr=query.render(), at=test.at_, samples=tuple(samples))


def _alerts(name: str, labels: Mapping[str, str]) -> Selector:
    fixed = {"alertname": name, "alertstate": "firing"}
    return Selector("ALERTS", tuple(equal(label, value) for label, value in (fixed | dict(labels)).items()))


def _labels(expected: ExpectedAlert, rules: list[Rule], filled: FilledPack) -> dict[str, str]:
    """All labels of an expected alert.

    Of several rules of one name those count that the expected labels fit best. A label that is a template has
    no value before the alert fires: its value must be expected.
    """
    own = [{name: text for name, text in rule.labels.items() if "{{" not in text} for rule in rules]
    best = max(own, key=lambda labels: len(labels.items() & expected.labels.items()))
    return {**filled.owner, **best, **filled.identity, **expected.labels}
