"""`renamedFrom`: the names that services and SLOs had before."""

from __future__ import annotations

from collections.abc import Iterable

from generator.diagnostics import Diagnostics
from generator.documents import Mapping as MappingNode
from generator.spec.lookup import list_at
from generator.spec.model import SLO, Service

Key = tuple[str, str]


def former_keys(metadata: MappingNode | None, namespace: str) -> tuple[Key, ...]:
    """The former identities of a service, given as `name` or `namespace/name`."""
    parts = (text.rpartition("/") for text in list_at(metadata, "renamedFrom"))
    return tuple((own or namespace, name) for own, _, name in parts)


def check_renames(services: Iterable[Service], defined: Iterable[Key], diagnostics: Diagnostics) -> None:
    """Report former names that are in use, or that two claim; `defined` are all services there are."""
    taken = dict.fromkeys(defined, "still exists")
    for service in services:
        for key in service.renamed_from:
            if key in taken:
                _refuse("service", "/".join(key), taken[key], service, diagnostics)
            taken.setdefault(key, f"is claimed by {service.namespace}/{service.name}, too")
        names = {slo.name: "still exists" for slo in service.slos}
        for slo in service.slos:
            for name in slo.renamed_from:
                if name in names:
                    _refuse("SLO", name, names[name], slo, diagnostics)
                names.setdefault(name, f"is claimed by {slo.name}, too")


def _refuse(kind: str, name: str, why: str, owner: Service | SLO, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        "metadata/former-name",
        f'the {kind} "{name}" {why}',
        owner.at.get("renamedFrom") or owner.at.get(""),
        cause="the series of a former name would be taken for the history of two.",
        fix="remove the name from renamedFrom.",
    )
