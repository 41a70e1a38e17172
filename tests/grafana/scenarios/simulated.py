"""What Prometheus would hold of this repository's own example: raw series as in the fixtures, and records.

Everything is made from the definitions, the fixtures and the compiled rules' labels, so that a label that a
panel expects and nobody has shows as a panel without data.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from generator.pipeline import CompiledService
from generator.promql.build import bucket_spellings
from generator.promql.catalogue import Catalogue, Metric
from grafana.scenarios.cluster import Cluster
from grafana.scenarios.mesh import Mesh
from grafana.scenarios.records import Records
from grafana.scenarios.scenario import DAY, HOUR, NOW, Scenario
from grafana.scenarios.writing import LAST_WEEK, POD, SHORT, Labels, Writer

QUEUE = "otelcol_exporter_queue_size"
DURATION = "prometheus_rule_group_last_duration_seconds"
CERTIFICATE = "istio_agent_cert_expiry_seconds"
# Gauges that are not 5: what full is, and what a certificate has left.
WELL = {
    "otelcol_exporter_queue_capacity": 100.0,
    "prometheus_rule_group_interval_seconds": 30.0,
    DURATION: 3.0,
    CERTIFICATE: 18.0 * HOUR,
}
# The capacity of what can be full.
CAPACITY = {"otelcol_exporter_queue_capacity": QUEUE, "prometheus_rule_group_interval_seconds": DURATION}
# Under strain three of a kind: one that is well, one at each threshold, or on it and beyond.
STRAINED = {
    QUEUE: ("pod", {"collector-0": 5.0, "collector-1": 80.0, "collector-2": 100.0}),
    DURATION: ("rule_group", {"x;slo.well": 3.0, "x;slo.slow": 24.0, "x;slo.late": 30.0}),
    CERTIFICATE: ("pod", {"well-0": 18.0 * HOUR, "ends-now-0": 0.0, "ended-0": -60.0}),
}


def everything(
    scenario: Scenario, services: Sequence[CompiledService], catalogue: Catalogue
) -> Iterator[bytes]:
    """Encoded series of a scenario: what is measured, and what rules record."""
    yield from measured(scenario, services, catalogue)
    records = Records(scenario)
    for each in services:
        for compiled in each.slos:
            yield from records.of(compiled)


def measured(
    scenario: Scenario, services: Sequence[CompiledService], catalogue: Catalogue
) -> Iterator[bytes]:
    """Encoded series of a scenario that nobody recorded."""
    cluster = Cluster(scenario)
    known = [each.service for each in services if each.service.namespace not in scenario.gone]
    yield from Mesh(scenario).edges(known)
    for service in known:
        yield from cluster.of(service)
    yield from _Rest(scenario).of(catalogue)


class _Rest(Writer):
    def of(self, catalogue: Catalogue) -> Iterator[bytes]:
        """Every other metric of the fixtures, once for each value that tells its series apart."""
        for metric in catalogue.metrics.values():
            if metric.name.startswith(("istio_re", "istio_tcp", "kube", "container_")):
                continue
            for labels in _label_sets(metric):
                if labels.get("namespace") not in self.scenario.gone:
                    yield from self.metric(metric, labels)

    def metric(self, metric: Metric, labels: Labels) -> Iterator[bytes]:
        if metric.type == "histogram":
            for index, bound in enumerate((*metric.buckets, None), start=1):
                le = "+Inf" if bound is None else bucket_spellings(bound)[-1]
                yield self.counter(f"{metric.name}_bucket", {**labels, "le": le}, index)
        elif self.scenario.strained and metric.name.startswith("boutique_"):
            yield self.bad_business(metric, labels)
        elif metric.type == "counter":
            wrong = any(word in metric.name for word in ("failed", "refused", "reject", "missed", "dropped"))
            yield self.counter(metric.name, labels, 0.0 if wrong else 2.0, SHORT, LAST_WEEK)
        elif "timestamp" in metric.name:
            soon = NOW - 60 if "success" in metric.name else NOW + 30 * DAY
            yield self.gauge(metric.name, labels, soon)
        else:
            yield from self.level(metric.name, labels)

    def bad_business(self, metric: Metric, labels: Labels) -> bytes:
        """Four fifths of last week's sessions; half of the orders, as many of those that fail."""
        if metric.type == "gauge":
            return self.gauge(metric.name, labels, lambda at: 4 + (at in LAST_WEEK), SHORT, LAST_WEEK)
        bad = labels.get("result", "completed") != "completed" or labels.get("score", "5") not in "45"
        return self.changed(metric.name, labels, 2.0 if bad else 1.0, 2.0)

    def level(self, name: str, labels: Labels) -> Iterator[bytes]:
        """A gauge; under strain there are several of what can be full, with the capacity of each."""
        conflict = name.startswith("pilot_") and name != "pilot_xds"
        value = float(bool(self.scenario.strained)) if conflict else WELL.get(name, 5.0)
        label, levels = STRAINED.get(CAPACITY.get(name, name), ("", {}))
        if not self.scenario.strained or not levels:
            yield self.gauge(name, labels, value, SHORT, LAST_WEEK)
            return
        for which, level in levels.items():
            of_one = {**labels, label: which}
            yield self.gauge(name, of_one, value if name in CAPACITY else level, SHORT, LAST_WEEK)


_OF_SHOP = ("boutique_", "catalogue_import_", "order_")


def _label_sets(metric: Metric) -> Iterator[Labels]:
    """Labels of a metric's series: each of its own values, and one pod of the example for the rest."""
    fixed = {
        "namespace": "boutique" if metric.name.startswith(_OF_SHOP) else "bookinfo",
        "pod": f"reviews-v1-{POD.format(0)}",
        "instance": "10.0.0.1:15014",
        "job": "x",
        "app": "reviews",
        "rule_group": "/etc/prometheus/rules/bookinfo/reviews.yaml;slo.bookinfo.reviews.availability.fast",
    }
    for labels in metric.label_sets or (frozenset(),):
        own = {
            label: metric.values[label].values
            for label in labels
            if label not in fixed and label in metric.values
        }
        rest: Mapping[str, str] = {label: fixed.get(label, "x") for label in labels if label not in own}
        for values in itertools.product(*own.values()):
            yield {**rest, **dict(zip(own, values, strict=True))}
