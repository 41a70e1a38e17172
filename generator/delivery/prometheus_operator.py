"""Rules as PrometheusRule objects of the Prometheus operator, one a service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from textwrap import indent

from generator import names
from generator.delivery.artifact import Artifact
from generator.delivery.prometheus import groups_text, header, quoted
from generator.rules.model import RuleGroup
from generator.spec.content import AlertPack
from generator.spec.model import Platform, Service

_OBJECT = """\
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: {name}
  namespace: {namespace}
"""


def artifacts(
    platform: Platform, rule_groups: Iterable[tuple[Service, tuple[RuleGroup, ...]]]
) -> Iterator[Artifact]:
    """The object of each service that has any rule, in the service's namespace."""
    for service, groups in rule_groups:
        if groups:
            name = names.rule_object(platform.project, service.name)
            text = _object(platform, name, service.namespace, service.annotations, groups)
            path = names.rule_object_path(service.namespace, service.name)
            yield Artifact(path, header(service.source) + text, service.source)


def cluster_artifacts(
    platform: Platform, rule_groups: Iterable[tuple[AlertPack, RuleGroup]]
) -> Iterator[Artifact]:
    """The object of each pack for the whole project, in the platform's default namespace."""
    for pack, group in rule_groups:
        name = names.rule_object(platform.project, f"pack.{pack.name}")
        text = _object(platform, name, platform.namespace, {}, (group,))
        yield Artifact(names.cluster_rule_object_path(pack.name), header(pack.source) + text, pack.source)


def _object(
    platform: Platform,
    name: str,
    namespace: str,
    annotations: Mapping[str, str],
    groups: tuple[RuleGroup, ...],
) -> str:
    head = _OBJECT.format(name=quoted(name), namespace=quoted(namespace))
    marks = _map("labels", platform.delivery_labels) + _map("annotations", annotations)
    return head + marks + "spec:\n" + indent(groups_text(groups), "  ")


def _map(name: str, values: Mapping[str, str]) -> str:
    if not values:
        return ""
    lines = (f"    {quoted(key)}: {quoted(values[key])}\n" for key in sorted(values))
    return f"  {name}:\n{''.join(lines)}"
