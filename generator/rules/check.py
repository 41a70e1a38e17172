"""What is checked of all rules together, before anything is written.

Every expression that would be emitted is parsed back, once per skeleton (its text without its literals:
quoting cannot change the rest, as a property test shows). What reads raw telemetry is compared with the
fixtures' catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from generator import names
from generator.diagnostics import Diagnostics, Related, Span
from generator.documents import Scalar, Source, place_in_scalar
from generator.promql.build import quote
from generator.promql.catalogue import Catalogue
from generator.promql.checks import Known, check_expression
from generator.promql.checks.run import Place
from generator.promql.flow.evaluate import flow_of, record_of
from generator.promql.flow.nodes import selectors
from generator.promql.graph import Reader, RuleGraph
from generator.promql.lexer import without_strings
from generator.promql.target import Target
from generator.rules.alert_labels import AlertText, check_alert_labels
from generator.rules.calls import check_calls
from generator.rules.groups import check_groups
from generator.rules.model import Rule, RuleGroup
from generator.rules.slo import CompiledSLO
from generator.sli import Narrowing, PromQL
from generator.spec.model import Project, Service

# A service, None for the rules of the whole project, with its SLOs and its groups: the SLOs' first.
CompiledService = tuple[Service | None, tuple[CompiledSLO, ...], tuple[RuleGroup, ...]]


def known_series(project: Project, services: Iterable[CompiledService], catalogue: Catalogue | None) -> Known:
    """All series that an expression of the project may read: the fixtures' and its own records."""
    prometheus = project.platform.prometheus
    target = Target.of(prometheus.version, prometheus.flags)
    graph = RuleGraph(whole="grafana" in project.platform.delivery)
    for service, slos, groups in services:
        promised = sum(len(compiled.groups) for compiled in slos) if service else 0
        for index, group in enumerate(groups):
            for rule in group.rules:
                if rule.record:  # those of SLOs are public
                    graph.define(rule.record, rule.origin, contract=index < promised)
    scrape_interval = None if catalogue and catalogue.server else prometheus.scrape_interval
    return Known(
        catalogue=catalogue,
        recorded=_recorded(project, services),
        target=target,
        scrape_interval=scrape_interval,
        graph=graph,
    )


def check_rules(
    project: Project,
    services: Sequence[CompiledService],
    known: Known,
    sources: Mapping[str, Source],
    diagnostics: Diagnostics,
) -> None:
    """Report what the rules of all services get wrong.

    Raises PromQLError only for a defect of our own builder.
    """
    rules = _rules(services)
    for rule in _learn(rules, known):
        check_expression(rule.expr, known, span=rule.origin, diagnostics=diagnostics)
    for service, slos, groups in services:
        if service and service.presence:
            _check_presence(service.presence, known, sources, diagnostics)
        for compiled in slos:
            if service and check_groups(service, compiled, known, diagnostics):
                _check_telemetry(compiled, known, sources, diagnostics)
                _check_alert_texts(compiled, known, diagnostics)
            _check_retention(project, compiled, diagnostics)
        for group in groups[sum(len(compiled.groups) for compiled in slos) :]:
            for rule in group.rules:
                _check_pack_rule(rule, known, diagnostics)
    _check_identities(rules, diagnostics)
    check_calls(project.services, known, diagnostics)


def _check_pack_rule(rule: Rule, known: Known, diagnostics: Diagnostics) -> None:
    words = f"record {rule.record}" if rule.record else f"alert {rule.alert}"
    check_expression(
        rule.expr,
        known,
        span=rule.origin,
        diagnostics=diagnostics,
        place=rule.place,
        reader=Reader(words, rule.record),
    )
    if rule.alert:
        texts = [
            AlertText(name, text, rule.texts.get(name) or rule.origin)
            for name, text in (*rule.labels.items(), *rule.annotations.items())
        ]
        check_alert_labels(rule.expr, texts, known, diagnostics)


def _check_alert_texts(compiled: CompiledSLO, known: Known, diagnostics: Diagnostics) -> None:
    """Look in the texts of an SLO's alerts for labels that these do not have."""
    slo = compiled.slo
    owners = (slo.alerting.page, slo.alerting.ticket, slo.alerting.absent, slo)
    for rule in (rule for group in compiled.groups for rule in group.rules if rule.alert):
        texts = []
        for name, text in rule.annotations.items():
            written = next((owner for owner in owners if owner.annotations.get(name) == text), None)
            if written is not None and "abels" in text:
                texts.append(AlertText(name, text, written.at.get("annotations") or rule.origin))
        if texts:
            check_alert_labels(rule.expr, texts, known, diagnostics)


def _rules(services: Iterable[CompiledService]) -> list[Rule]:
    return [rule for _, _, groups in services for group in groups for rule in group.rules]


def _learn(rules: Iterable[Rule], known: Known) -> list[Rule]:
    """Parse back one rule of each form, and remember of what kind its series are.

    Gives those that read nothing but records: what reads raw series is checked where its author wrote it.
    """
    forms: set[tuple[str, frozenset[str]]] = set()
    ours = []
    for rule in rules:
        form = without_strings(rule.expr), frozenset(rule.labels)
        if form in forms:
            continue
        forms.add(form)
        flow = flow_of(rule.expr, known)
        if rule.record:
            known.learn(rule.record, record_of(flow, rule.labels))
        written = rule.place is not None
        if not written and all(selector.metric in known.recorded for selector in selectors(flow.node)):
            ours.append(rule)
    return ours


def _check_telemetry(
    compiled: CompiledSLO, known: Known, sources: Mapping[str, Source], diagnostics: Diagnostics
) -> None:
    """Compare what the SLI reads with the catalogue; what the user wrote is pointed at word by word."""
    events, span = compiled.events, compiled.slo.at.get("sli")
    for query in events.written:
        check_expression(
            query.probe,
            known,
            span=_span(query),
            diagnostics=diagnostics,
            place=_place(query, sources),
            reader=Reader(f"SLO {compiled.slo.name}"),
        )
    if known.catalogue and not events.written:
        for expression in (events.total, events.bad):
            text = expression.render()
            place = _narrowing(events.narrowing, text, span)
            check_expression(text, known, span=span, diagnostics=diagnostics, place=place, slots=True)
    if known.catalogue and events.evidence and events.evidence.of_traffic:
        check_expression(events.evidence.seen, known, span=span, diagnostics=diagnostics)


def _check_presence(
    query: PromQL, known: Known, sources: Mapping[str, Source], diagnostics: Diagnostics
) -> None:
    """Compare a service's presence with the catalogue, word by word where it stands as it was written."""
    if known.catalogue is not None:
        as_written = isinstance(query.node, Scalar) and query.node.text == query.text
        place = _place(query, sources) if as_written else None
        check_expression(query.text, known, span=_span(query), diagnostics=diagnostics, place=place)


def _narrowing(narrowing: Narrowing | None, text: str, span: Span | None) -> Place | None:
    """Places in a generated expression: the SLI's own matchers, for their words, or the SLI."""
    if narrowing is None or not narrowing.matchers or span is None:
        return None
    words = {word for matcher in narrowing.matchers for word in (matcher.label, quote(str(matcher.value)))}
    own = narrowing.span or span
    return lambda start, end: own if text[start:end] in words else span


def _span(query: PromQL) -> Span | None:
    return query.node.span if isinstance(query.node, Scalar) else None


def _place(query: PromQL, sources: Mapping[str, Source]) -> Place | None:
    node = query.node
    if not isinstance(node, Scalar) or node.span.path not in sources:
        return None
    source = sources[node.span.path]
    return lambda start, end: place_in_scalar(node, source, start, end)


def _recorded(project: Project, services: Iterable[CompiledService]) -> dict[str, frozenset[str]]:
    """The labels of every recorded series: the identity, what a rule adds, and the platform's own labels."""
    recorded: dict[str, frozenset[str]] = {}
    identity = frozenset(project.platform.identity_labels)
    for _, slos, groups in services:
        for rule in (rule for group in groups for rule in group.rules if rule.record):
            recorded[rule.record] = recorded.get(rule.record, identity) | rule.labels.keys()
        for compiled in slos:
            for rule in (rule for group in compiled.groups for rule in group.rules if rule.record):
                recorded[rule.record] |= set() if rule.record in names.CONSTANTS else set(compiled.slo.groups)
    if names.INFO in recorded:  # dashboards group by these, whether or not a service of this project has them
        recorded[names.INFO] |= names.SHOWN_LABELS
    return recorded


def _check_retention(project: Project, compiled: CompiledSLO, diagnostics: Diagnostics) -> None:
    retention = project.platform.prometheus.retention
    slo = compiled.slo
    if slo.has_budget and retention and retention < slo.period:
        diagnostics.warning(
            "slo/retention",
            f"Prometheus keeps {retention}, less than this SLO's period of {slo.period}",
            slo.at.get("period") or slo.at.get(""),
            cause=f"the budget would cover {retention} only; {names.PERIOD_COVERAGE} would never reach 1.",
            fix="raise the retention, or shorten the period.",
        )


def _check_identities(rules: Iterable[Rule], diagnostics: Diagnostics) -> None:
    """Two rules of one name and labels would write the same series, or page twice."""
    first: dict[tuple[str, str, frozenset[tuple[str, str]]], Rule] = {}
    for rule in rules:
        key = (rule.record, rule.alert, frozenset(rule.labels.items()))
        other = first.setdefault(key, rule)
        if other is not rule:
            diagnostics.error(
                "promql/duplicate-rule",
                f'"{rule.record or rule.alert}" is defined twice with the same labels',
                rule.origin,
                related=[Related(other.origin, "the first is here")] if other.origin else [],
                cause="Prometheus would write two values for one series.",
                fix="rename one, or give it another label.",
            )
