"""Rules for Alertmanager: which alert is no news while another one fires. A part of its configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from generator import names
from generator.delivery.artifact import Artifact
from generator.delivery.prometheus import header, quoted
from generator.promql.build import Matcher, equal, regex_literal
from generator.spec.model import Journey, Project, Service

_HEAD = "inhibit_rules:\n"
Matchers = tuple[Matcher, ...]


def artifacts(project: Project) -> Iterator[Artifact]:
    """`alertmanager/inhibit_rules.yaml`: within an SLO, and from the services of a journey to the journey."""
    platform = project.platform
    rules = [*_within_slos(project)]
    for service in project.services:
        if service.journey:
            rules += _of_journey(service, service.journey, _places(project))
    yield Artifact(
        names.INHIBIT_RULES_PATH, header(platform.source) + _HEAD + "".join(rules), platform.source
    )


def _within_slos(project: Project) -> Iterator[str]:
    """A page makes the ticket for the same budget no news, and the fast alert of a tier the slow one.

    A label that neither alert has is equal to Alertmanager, so that the labels of all groups can be listed.
    """
    groups = {label for service in project.services for slo in service.slos for label in slo.groups}
    same = (*names.IDENTITY, *_places(project), *sorted(groups))
    yield _rule([equal(names.BURN_TIER, "page")], [equal(names.BURN_TIER, "ticket")], same)
    for tier in ("page", "ticket"):
        fast, slow = (equal("alertname", names.alert_name(tier, speed)) for speed in ("fast", "slow"))
        yield _rule([fast], [slow], same)


def _places(project: Project) -> tuple[str, ...]:
    """The labels by which alerts of one SLO in several places differ, as Alertmanager sees them."""
    platform = project.platform
    return (*platform.identity_labels, *sorted(platform.prometheus.external_labels))


def _of_journey(service: Service, journey: Journey, identity: tuple[str, ...]) -> Iterator[str]:
    """A page of a service on the way says where a journey is broken; the journey's own adds nothing."""
    page = equal(names.BURN_TIER, "page")
    target = (page, equal(names.NAMESPACE, service.namespace), equal(names.SERVICE, service.name))
    members = sorted({one.key for one in (journey.measured_at, *journey.services)})
    for namespace, keys in groupby(members, key=lambda key: key[0]):
        pattern = "|".join(regex_literal(name) for _, name in keys)
        source = (page, equal(names.NAMESPACE, namespace), Matcher(names.SERVICE, "=~", pattern))
        yield _rule(source, target, identity)


def _rule(source: Iterable[Matcher], target: Iterable[Matcher], same: Iterable[str]) -> str:
    parts: Mapping[str, Iterable[object]] = {
        "source_matchers": source,
        "target_matchers": target,
        "equal": same,
    }
    lines = [f"{key}: [{', '.join(quoted(str(value)) for value in values)}]" for key, values in parts.items()]
    return "  - " + "\n    ".join(lines) + "\n"
