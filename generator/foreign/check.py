"""The checks of rules and dashboards that Sightline did not generate: sources in, diagnostics out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from generator import names
from generator.diagnostics import Diagnostics, Related
from generator.documents import Locator, Scalar, Source
from generator.foreign.dashboard_files import read_dashboards
from generator.foreign.dashboards import check_dashboards
from generator.foreign.rule_files import WrittenRule, read_rule_files
from generator.foreign.severity import of_another
from generator.grafana.lint.promql import STAND_IN
from generator.promql.catalogue import Catalogue
from generator.promql.catalogue_file import load_catalogue
from generator.promql.checks import check_expression
from generator.promql.error import PromQLError
from generator.promql.flow.evaluate import flow_of, record_of
from generator.promql.flow.interval import ANYTHING
from generator.promql.graph import Reader, RuleGraph, check_graph, names_read
from generator.promql.known import Known, Record
from generator.promql.parse import parse
from generator.promql.target import Target
from generator.rules.alert_labels import AlertText, check_alert_labels
from generator.rules.prose import check_template


@dataclass(frozen=True, slots=True)
class ForeignInputs:
    """What a run is about; None: not asked for.

    `named_rules` and `named_dashboards` are the files that somebody gave by name, not by their folder.
    """

    rules: Sequence[Source] | None
    dashboards: Sequence[Source] | None
    fixtures: Sequence[Source]
    named_rules: frozenset[str] = frozenset()
    named_dashboards: frozenset[str] = frozenset()
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at: counts, and what is known of it."""

    rules: int
    dashboards: int
    known: Known
    graph: RuleGraph = field(repr=False)

    def words(self) -> str:
        """`2 rules, 1 dashboard`."""
        counts = ((self.rules, "rule"), (self.dashboards, "dashboard"))
        return ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts)


def check_foreign(inputs: ForeignInputs, diagnostics: Diagnostics) -> Checked:
    """Check everything together; what is wrong stands in `diagnostics`."""
    catalogue = load_catalogue(inputs.fixtures, diagnostics)
    rules = read_rule_files(inputs.rules or (), inputs.named_rules, diagnostics)
    graph = RuleGraph(whole=inputs.rules is not None and inputs.dashboards is not None)
    target = inputs.target or _target_of(catalogue)
    known = Known(catalogue, {}, target=target, graph=graph)
    for rule in _in_order(rules):
        _define(rule, known, graph)
    locator = Locator({source.path: source for source in inputs.rules or ()})
    for rule in rules:
        _check_rule(rule, known, locator, diagnostics)
    _check_duplicates(rules, diagnostics)
    dashboards = read_dashboards(inputs.dashboards or (), inputs.named_dashboards, diagnostics)
    check_dashboards(dashboards, known, diagnostics)
    check_graph(
        graph,
        lambda name: STAND_IN in name or known.exists(name),
        diagnostics,
        closed=catalogue is not None,
    )
    return Checked(len(rules), len(dashboards), known, graph)


def _target_of(catalogue: Catalogue | None) -> Target | None:
    """The server that the fixtures tell of."""
    server = catalogue.server if catalogue else None
    return Target.of(server.version, server.flags) if server and server.version else None


def _in_order(rules: Iterable[WrittenRule]) -> list[WrittenRule]:
    """The recording rules, each after those that it reads, as far as they do not read each other."""
    records = [rule for rule in rules if rule.record]
    by_name: dict[str, list[WrittenRule]] = {}
    for rule in records:
        by_name.setdefault(rule.name.text, []).append(rule)
    ordered: list[WrittenRule] = []
    begun: set[str] = set()
    for start in by_name:
        waiting = [(start, False)]
        while waiting:
            name, ready = waiting.pop()
            if ready:
                ordered += by_name[name]
            elif name not in begun:
                begun.add(name)
                waiting.append((name, True))
                read = {one for rule in by_name[name] for one in _names_read(rule)}
                waiting += [(one, False) for one in sorted(read & by_name.keys())]
    return ordered


def _names_read(rule: WrittenRule) -> frozenset[str]:
    try:
        return names_read(rule.expr.text)
    except PromQLError:
        return frozenset()


def _define(rule: WrittenRule, known: Known, graph: RuleGraph) -> None:
    """Add a recording rule to what is known: the labels and the kind of its series."""
    name = rule.name.text
    graph.define(name, rule.name.span, contract=name.startswith(names.SLO_RECORDS))
    static = frozenset(label for label, _ in rule.static_labels)
    try:
        flow = flow_of(rule.expr.text, known)
    except PromQLError:  # reported where the rule is checked
        known.define(name, None, Record("unknown", None, ANYTHING, static))
        return
    labels = None if flow.labels.open else flow.labels.known | static
    known.define(name, labels, record_of(flow, static))


def _check_rule(rule: WrittenRule, known: Known, locator: Locator, diagnostics: Diagnostics) -> None:
    place = locator.within(rule.expr)
    told = Diagnostics()
    check_expression(
        rule.expr.text,
        known,
        span=rule.expr.span,
        diagnostics=told,
        place=place,
        reader=Reader(rule.words, rule.record.text if rule.record else ""),
    )
    diagnostics.items += map(of_another, told.items)
    if rule.record:
        return
    texts = [
        AlertText(key.text, value.text, value.span, locator.within(value))
        for key, value in (*rule.labels, *rule.annotations)
    ]
    for text in texts:
        check_template(text.name, text.text, text.span, diagnostics, place=text.place, target=known.target)
    if _is_sound(rule.expr):
        check_alert_labels(rule.expr.text, texts, known, diagnostics)


def _is_sound(expr: Scalar) -> bool:
    try:
        parse(expr.text)
    except PromQLError:
        return False
    return True


def _check_duplicates(rules: Iterable[WrittenRule], diagnostics: Diagnostics) -> None:
    """Two rules of one name and labels: the same series twice, unless their expressions never overlap."""
    first: dict[tuple[bool, str, frozenset[tuple[str, str]]], WrittenRule] = {}
    for rule in rules:
        other = first.setdefault((rule.record is not None, rule.name.text, rule.static_labels), rule)
        if other is rule:
            continue
        same = other.expr.text.split() == rule.expr.text.split()
        report = diagnostics.error if same and rule.record else diagnostics.warning
        report(
            "promql/duplicate-rule",
            f'"{rule.name.text}" is defined twice with the same labels',
            rule.name.span,
            related=[Related(other.name.span, "the first is here")],
            cause="both write one series, whenever both have a result for the same labels"
            if rule.record
            else "whoever is called cannot tell them apart",
            fix="remove one of them" if same else "rename one, or give it another label",
        )
