"""The systems around a project: one module each, with its part of the platform's schema and its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from generator.spec.systems import (
    alertmanager,
    grafana,
    jaeger,
    kiali,
    logs,
    prometheus,
    repository,
    tracing,
)


@dataclass(frozen=True, slots=True)
class System:
    """A key of the platform's spec: its fragment, and the record that it is read into."""

    schema: Mapping[str, Any]
    record: type[Any]


SYSTEMS: Mapping[str, System] = MappingProxyType(
    {
        "prometheus": System(prometheus.SCHEMA, prometheus.PrometheusSettings),
        "alertmanager": System(alertmanager.SCHEMA, alertmanager.AlertmanagerSettings),
        "grafana": System(grafana.SCHEMA, grafana.GrafanaSettings),
        "kiali": System(kiali.SCHEMA, kiali.KialiSettings),
        "jaeger": System(jaeger.SCHEMA, jaeger.JaegerSettings),
        "logs": System(logs.SCHEMA, logs.LogSettings),
        "tracing": System(tracing.SCHEMA, tracing.TracingSettings),
        "repository": System(repository.SCHEMA, repository.RepositorySettings),
    }
)
