"""`forEach`: for which services, workloads or clusters a pack's alerts or a dashboard are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.diagnostics import Diagnostics, did_you_mean
from generator.spec.content import ForEach, Where
from generator.spec.model import Service

FOR_EACH: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["kind"],
    "properties": {
        "kind": {
            "enum": ["service", "workload", "cluster"],
            "description": "`service`: once for each service; `workload`: once for each workload of each "
            "service; `cluster`: once for the whole project.",
        },
        "where": {
            "type": "object",
            "additionalProperties": False,
            "description": "Which services are meant: those that have all of this.",
            "x-default": "all",
            "properties": {
                "tier": {"$ref": "#/definitions/slug", "description": "Services of this tier."},
                "protocol": {
                    "enum": ["http", "grpc", "tcp", "none"],
                    "description": "Services that speak this, alone or among others.",
                },
                "labels": {
                    "$ref": "#/definitions/labels",
                    "description": "Services whose metadata has these labels, `team` for example.",
                },
            },
        },
    },
}
SERVICE, WORKLOAD, CLUSTER = "service", "workload", "cluster"


@dataclass(frozen=True, slots=True)
class Instance:
    """What a template is filled for: a service, one of its workloads, or, without either, the project."""

    service: Service | None = None
    workload: str = ""

    @property
    def names(self) -> dict[str, str]:
        """The names that identify it, by the token or variable that stands for them."""
        found = {"service": self.service.name, "namespace": self.service.namespace} if self.service else {}
        return {**found, "workload": self.workload} if self.workload else found

    @property
    def words(self) -> dict[str, str]:
        """The same for prose: the service by its title, and the workload's kind."""
        if self.service is None:
            return self.names
        words = {**self.names, "service": self.service.display_name}
        if self.workload:
            words["workload_kind"] = self.service.workload_kinds.get(self.workload, "")
        return words


def instances(for_each: ForEach | None, services: Iterable[Service]) -> Iterator[Instance]:
    """Everything that `for_each` means; without one, the project as a whole."""
    if for_each is None or for_each.kind == CLUSTER:
        yield Instance()
        return
    for service in services:
        if matches(for_each, service):
            yield from of_service(for_each, service)


def of_service(for_each: ForEach | None, service: Service) -> Iterator[Instance]:
    """What is made for one service: itself, or each of its workloads."""
    if for_each and for_each.kind == WORKLOAD:
        yield from (Instance(service, workload) for workload in service.workloads)
    else:
        yield Instance(service)


def matches(for_each: ForEach, service: Service) -> bool:
    """Whether a service is one of those that `where` describes; never for a whole cluster or a journey."""
    where = for_each.where
    return (
        for_each.kind != CLUSTER
        and service.journey is None
        and where.tier in {"", service.tier}
        and where.protocol in {"", *_protocols(service)}
        and where.labels.items() <= service.labels.items()
    )


def check(
    for_each: ForEach, services: Sequence[Service], tiers: Iterable[str], diagnostics: Diagnostics
) -> None:
    """Report conditions that nothing can meet; `tiers` are those that the platform defines."""
    where = for_each.where
    if for_each.kind == CLUSTER:
        if "where" in for_each.at:
            diagnostics.error(
                "foreach/cluster",
                "a cluster has no services to choose from",
                for_each.at["where"],
                cause="with `kind: cluster` it is made once, for the whole project.",
                fix="remove `where`, or use `kind: service`.",
            )
        return
    if where.tier and where.tier not in tiers:
        diagnostics.error(
            "service/unknown-tier",
            f'no tier is called "{where.tier}"',
            where.at.get("tier"),
            fix=did_you_mean(where.tier, tiers) or f"known: {', '.join(sorted(tiers)) or 'none'}.",
        )
    elif not any(matches(for_each, service) for service in services):
        what, field, fix = _unmet(where, services)
        diagnostics.warning(
            "foreach/no-match",
            f"no service {what}, so nothing is made of this",
            where.at.get(field) or for_each.at.get("where") or for_each.at.get(""),
            fix=fix or "correct the conditions, or remove it until there is such a service.",
        )


def _unmet(where: Where, services: Sequence[Service]) -> tuple[str, str, str]:
    """The first condition that no service meets, the field that says it, and the nearest that one meets."""
    if where.tier and not any(service.tier == where.tier for service in services):
        return f"is of the tier {where.tier}", "tier", ""
    if where.protocol and not any(where.protocol in _protocols(service) for service in services):
        return f"speaks {where.protocol}", "protocol", ""
    for label, value in where.labels.items():
        values = {service.labels[label] for service in services if label in service.labels}
        if not values:
            known = {name for service in services for name in service.labels}
            return f'has a label "{label}"', "labels", did_you_mean(label, known)
        if value not in values:
            return f'has the label {label} "{value}"', "labels", did_you_mean(value, values)
    return "has all of this at once" if services else "is defined", "", ""


def _protocols(service: Service) -> tuple[str, ...]:
    return service.protocols or ("none",)
