"""`calls`: the services that a service calls, as its team sees it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from generator.diagnostics import Diagnostics, Related, did_you_mean
from generator.documents import Scalar, Sequence
from generator.spec.location import Places, no_places

_SLUG = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
SCHEMA: Mapping[str, Any] = {
    "type": "array",
    "uniqueItems": True,
    "items": {
        "type": "string",
        "pattern": f"^({_SLUG}/)?{_SLUG}$",
        "x-fix": "write the name of a service, after its namespace and a slash where that is another one.",
    },
    "description": "The services that it calls, as `[namespace/]name`: edges of the graph, told apart from "
    "those that are observed.",
    "x-example": ["ratings", "payments/cards"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A declared edge: the identity of the callee."""

    namespace: str
    name: str
    at: Places = no_places()

    @property
    def key(self) -> tuple[str, str]:
        """Namespace and name."""
        return (self.namespace, self.name)


def read_calls(node: object, namespace: str, diagnostics: Diagnostics) -> tuple[Call, ...]:
    """The calls in a sound list of a service in `namespace`; one that stands there twice is reported."""
    found: dict[tuple[str, str], Call] = {}
    for item in node.items if isinstance(node, Sequence) else ():
        if not isinstance(item, Scalar):
            continue
        given, _, name = item.text.rpartition("/")
        call = Call(namespace=given or namespace, name=name, at={"": item.span})
        first = found.setdefault(call.key, call)
        if first is not call:
            diagnostics.error(
                "spec/duplicate-item",
                f'"{call.namespace}/{call.name}" is called twice',
                item.span,
                related=[Related(first.at[""], "first here")],
                fix="remove one.",
            )
    return tuple(found.values())


def check_calls(
    calls: Iterable[Call], own: tuple[str, str], known: Collection[tuple[str, str]], diagnostics: Diagnostics
) -> None:
    """Report calls of the service `own` that lead to none of the `known` services, or to itself."""
    for call in calls:
        name = f"{call.namespace}/{call.name}"
        if call.key == own:
            diagnostics.warning(
                "service/unknown-call",
                "the service calls itself",
                call.at[""],
                cause="requests inside of one workload do not pass a proxy twice.",
                fix="remove it, or name the service that was meant.",
            )
        elif call.key not in known:
            names = (f"{namespace}/{name}" for namespace, name in known)
            diagnostics.warning(
                "service/unknown-call",
                f'no service is called "{name}"',
                call.at[""],
                cause="the edge is drawn, but nothing can be said of what it leads to.",
                fix=did_you_mean(name, names) or "define it with kind: Service.",
            )
