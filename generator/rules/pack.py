"""A team's own alert packs: templates filled for each service or workload, or once for the project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from generator import names
from generator.diagnostics import Diagnostics, did_you_mean
from generator.documents import Locator, Place
from generator.promql.build import number, quote
from generator.promql.duration import Duration
from generator.promql.error import PromQLError
from generator.promql.substitution import Substitution
from generator.promql.target import Target
from generator.rules.keep_firing import check_keep_firing
from generator.rules.links import WITHOUT_WINDOW, AlertLinks, pack_runbook
from generator.rules.model import Rule, RuleGroup
from generator.rules.placeholders import fill
from generator.rules.prose import check_template
from generator.rules.prose import literal as as_text
from generator.sli import PromQL
from generator.spec.content import AlertPack, PackRule, Prose
from generator.spec.for_each import Instance, of_service
from generator.spec.model import PackUse, Platform, Service

_NO_SELECTOR = "a service without a protocol has none: choose others with `where: {protocol: http}`."


@dataclass(frozen=True, slots=True)
class FilledPack:
    """A pack for one instance: its rule group, and what the tokens of its expressions stand for.

    `identity` are the labels of all its series and alerts, `owner` those that only its alerts have.
    """

    pack: AlertPack
    instance: Instance
    values: Mapping[str, str]
    identity: Mapping[str, str]
    owner: Mapping[str, str]
    group: RuleGroup


def compile_pack(
    platform: Platform,
    service: Service,
    pack: AlertPack,
    use: PackUse,
    links: AlertLinks,
    locator: Locator,
    diagnostics: Diagnostics,
) -> Iterator[FilledPack]:
    """What `pack` is for one service: one group, or one for each workload.

    Its alerts have the service's `links`, and annotations of the pack itself in place of those.
    """
    own = {name: value for name, value in use.parameters.items() if name in pack.parameters}
    for instance in of_service(pack.for_each, service):
        name = names.pack_group(service.namespace, service.name, pack.name, instance.workload)
        yield _Filler(platform, pack, instance, own, locator, diagnostics, links).filled(name)


def compile_cluster_pack(
    platform: Platform, pack: AlertPack, locator: Locator, diagnostics: Diagnostics
) -> FilledPack:
    """What `pack` is for the project as a whole."""
    filler = _Filler(platform, pack, Instance(), {}, locator, diagnostics)
    return filler.filled(names.cluster_pack_group(pack.name))


class _Filler:
    """Fills one pack for one instance."""

    def __init__(  # what a pack is filled with, and where mistakes go
        self,
        platform: Platform,
        pack: AlertPack,
        instance: Instance,
        parameters: Mapping[str, Any],
        locator: Locator,
        diagnostics: Diagnostics,
        links: AlertLinks | None = None,
    ) -> None:
        self.platform, self.pack, self.instance, self.links = platform, pack, instance, links
        self.locator, self.diagnostics = locator, diagnostics
        chosen = {**pack.parameters, **parameters}
        self.words = {name: as_text(str(word)) for name, word in (instance.words | chosen).items()}
        self.values = {name: quote(value) for name, value in instance.names.items()}
        if instance.service and instance.service.subject:
            protocol = pack.for_each.where.protocol if pack.for_each else ""
            self.values["selector"] = ",".join(map(str, instance.service.subject.reported(protocol)))
        self.values |= {name: _value(value) for name, value in chosen.items()}
        self.target = Target.of(platform.prometheus.version)
        # What the rule belongs to: on every series and alert that it makes.
        labels = dict(instance.names)
        if "workload" in labels:
            labels[names.WORKLOAD_LABEL] = labels.pop("workload")
        self.identity = labels
        owner = instance.service.labels if instance.service else {"team": platform.team}
        self.owner = {label: value for label, value in owner.items() if value}

    def filled(self, name: str) -> FilledPack:
        rules = [self.rule(rule) for rule in self.pack.rules]
        interval = self.pack.interval or self.platform.interval
        group = RuleGroup(name=name, interval=interval, rules=tuple(rule for rule in rules if rule))
        return FilledPack(self.pack, self.instance, self.values, self.identity, self.owner, group)

    def rule(self, rule: PackRule) -> Rule | None:
        """The rule of this instance, or None when its expression has been reported."""
        check_keep_firing(self.platform, rule, self.diagnostics)
        annotations = {name: self.prose(name, prose) for name, prose in rule.annotations.items()}
        if rule.alert:
            for name, prose in rule.labels.items():
                self.check(name, prose, prose.text)
        filled = fill_tokens(rule.expr, self.values, self.locator, self.diagnostics)
        if filled is None:
            return None
        return Rule(
            alert=rule.alert,
            record=rule.record,
            expr=filled.text.strip(),
            for_=rule.for_,
            keep_firing_for=rule.keep_firing_for,
            labels={
                **({} if rule.record else {label: as_text(value) for label, value in self.owner.items()}),
                **{name: prose.text for name, prose in rule.labels.items()},
                **self.identity,
            },
            annotations={**(self.outward(rule.alert) if rule.alert else {}), **annotations},
            origin=rule.at.get("expr"),
            place=_placed(rule.expr, filled, self.locator),
            texts={
                name: prose.node.span
                for name, prose in (*rule.labels.items(), *rule.annotations.items())
                if prose.node
            },
        )

    def outward(self, alert: str) -> dict[str, str]:
        """What leads out of an alert of a service; one of the whole project is about no service."""
        if self.instance.service is None or self.links is None:
            return {}
        runbook = pack_runbook(self.platform, self.instance.service, self.pack.name, alert)
        return {**runbook, **self.links(WITHOUT_WINDOW, None)}

    def prose(self, name: str, prose: Prose) -> str:
        """An annotation for this instance; the values are data for the Go template that follows."""
        text = fill(name, prose, self.words, "pack/placeholder", self.locator, self.diagnostics)
        self.check(name, prose, text)
        return text

    def check(self, name: str, prose: Prose, text: str) -> None:
        """Report what Prometheus would not expand in a text that was made of `prose`."""
        place = self.locator.within(prose.node) if prose.node and text == prose.text else None
        check_template(
            name,
            text,
            prose.node.span if prose.node else None,
            self.diagnostics,
            place=place,
            target=self.target,
        )


def fill_tokens(
    written: PromQL, values: Mapping[str, str], locator: Locator, diagnostics: Diagnostics
) -> Substitution | None:
    """The expression with its tokens replaced; None when a mistake in it has been reported at its place."""
    from generator.promql.parse import parse  # loads the parser only where a pack is used
    from generator.promql.tokens import substitute_tokens

    place = locator.within(written.node)
    try:
        filled, misused = substitute_tokens(written.text, values)
    except PromQLError as error:
        _not_promql(error, place, Substitution.unchanged(written.text), diagnostics)
        return None
    known = sorted({*values, "selector"} if "service" in values else values)
    for token in misused:
        unknown = (
            did_you_mean(token.name, known) or f"known: {', '.join(f'${name}' for name in known) or 'none'}."
        )
        fixes = {
            "unknown": _NO_SELECTOR if token.name in known else unknown,
            "in string": f"write it without quotes: ${token.name} brings its own.",
            "joined": "put a space or a comma beside it.",
        }
        diagnostics.error(
            "promql/token",
            f"${token.name} cannot be replaced here ({token.reason})",
            place(token.start, token.end),
            fix=fixes[token.reason],
        )
    if misused:
        return None
    try:
        parse(filled.text)
    except PromQLError as error:
        _not_promql(error, place, filled, diagnostics)
        return None
    return filled


def _not_promql(error: PromQLError, place: Place, filled: Substitution, diagnostics: Diagnostics) -> None:
    start = 0 if error.start is None else error.start
    end = len(filled.text) if error.end is None else error.end
    span = place(*filled.original(start, end))
    diagnostics.error("promql/syntax", f"this is not PromQL: {error}", span)


def _placed(written: PromQL, filled: Substitution, locator: Locator) -> Place:
    """Places of the author for offsets in the rule's expression, which lacks the white space around it."""
    place = locator.within(written.node)
    leading = len(filled.text) - len(filled.text.lstrip())
    return lambda start, end: place(*filled.original(start + leading, end + leading))


def _value(value: object) -> str:
    """A parameter as PromQL: a number, a duration, or a quoted string."""
    if isinstance(value, int | Decimal):
        return number(value)
    text = str(value)
    try:
        return str(Duration.parse(text))
    except ValueError:
        return quote(text)
