"""The whole way of an alert: proxies, Prometheus with generated rules, Alertmanager, a receiver; all run.

Time is short by configuration alone: intervals of a second, and windows of seconds in a set of the project's
own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import orjson
import yaml
from pages import ROOT, of

from engine import exporter
from engine.alertmanager import Alertmanager, Webhook
from engine.generated import generated_rules
from engine.server import Prometheus
from engine.traffic import Traffic

T = TypeVar("T")

PATIENCE = 60
"""Seconds that anything may take to happen; a quiet machine needs a tenth of it."""

PLATFORM = """\
apiVersion: sightline/v1
kind: Platform
metadata: {name: live}
spec:
  project: live
  defaults: {interval: 1s, longInterval: 2s, period: 1d, tier: gold}
  prometheus: {version: "2.42", scrapeInterval: 1s}
  grafana: {url: https://grafana.example.com, dataSources: {logs: loki}}
  kiali: {url: https://kiali.example.com}
  jaeger: {url: https://jaeger.example.com}
  logs: {kind: loki}
  alertmanager: {url: https://alertmanager.example.com}
  linkHosts: [runbooks.example.com]
  delivery: [{format: prometheus}, {format: links}, {format: runbooks}]
  windows:
    seconds:
      - {tier: page, speed: fast, budgetPercent: 0.07, long: 10s, short: 3s}
      - {tier: page, speed: slow, budgetPercent: 0.1, long: 20s, short: 3s}
      - {tier: ticket, speed: fast, budgetPercent: 0.2, long: 1m, short: 10s}
      - {tier: ticket, speed: slow, budgetPercent: 0.1, long: 1m, short: 20s}
  tiers:
    gold:
      alerting: {windows: seconds, page: {keepFiringFor: 3s}, ticket: {keepFiringFor: 2s}}
      slos:
        http:
          - {name: availability, objective: 95, sli: {availability: {}}}
          - {name: latency, objective: 95, sli: {latency: {threshold: 250ms}}}
"""
SERVICES = """\
apiVersion: sightline/v1
kind: Service
metadata: {name: reviews, namespace: bookinfo, displayName: Reviews, labels: {team: catalog}}
spec: {runbook: https://runbooks.example.com/reviews}
---
apiVersion: sightline/v1
kind: Service
metadata: {name: ratings, namespace: bookinfo}
spec: {}
"""


def _prometheus_configuration(rules: Path, target: int, alertmanager: int) -> str:
    return yaml.safe_dump(
        {
            "global": {
                "scrape_interval": "1s",
                "scrape_timeout": "1s",
                "evaluation_interval": "1s",
                "external_labels": {"cluster": "east"},
            },
            "rule_files": [str(path) for path in sorted(rules.rglob("*.yaml"))],
            "scrape_configs": [
                {"job_name": "mesh", "static_configs": [{"targets": [f"127.0.0.1:{target}"]}]},
            ],
            "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager}"]}]}]},
        }
    )


def documented_configuration() -> str:
    """The alertmanager.yml of docs/delivery.md."""
    (block,) = (block for block in of("yaml") if block.argument == "alertmanager.yml")
    assert block.page == ROOT / "docs" / "delivery.md"
    return block.text


def _alertmanager_configuration(receiver: int) -> str:
    """The documented configuration with short times and our receiver, and otherwise as it stands there."""
    configuration = yaml.safe_load(documented_configuration())
    configuration["route"] |= {"group_wait": "4s", "group_interval": "1s"}
    for each in configuration["receivers"]:
        for webhook in each["webhook_configs"]:
            webhook["url"] = f"http://127.0.0.1:{receiver}/{each['name']}"
    return yaml.safe_dump(configuration)


@dataclass(frozen=True, slots=True)
class Live:
    """Everything that runs."""

    traffic: Traffic
    prometheus: Prometheus
    alertmanager: Alertmanager
    webhook: Webhook
    generated: Path

    def wait(self, what: str, until: Callable[[], T | bool | None], patience: float = PATIENCE) -> T:
        """What `until` gives once it gives something; fails with the state of things if it never does."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            found = until()
            if found:
                return found  # type: ignore[return-value]
            time.sleep(0.1)
        raise AssertionError(f"{patience} s and not yet: {what}\n{self._state()}")

    def firing(self) -> set[tuple[str, str, str]]:
        """Service, SLO and name of every alert that fires in Prometheus."""
        return {
            (alert["labels"]["service"], alert["labels"]["slo"], alert["labels"]["alertname"])
            for alert in orjson.loads(self.prometheus.raw("alerts"))["data"]["alerts"]
            if alert["state"] == "firing"
        }

    def _state(self) -> str:
        lines = [f"Prometheus: firing {sorted(self.firing())}"]
        lines += [
            f"  {each.labels}: {each.values}"
            for each in self.prometheus.instant(
                '{__name__=~"slo:sli_error:ratio_rate(3s|10s|20s|1m)"}', time.time()
            )
        ]
        lines += [
            f"Alertmanager: {alert['labels']} {alert['status']}" for alert in self.alertmanager.alerts()
        ]
        lines += [
            f"Receiver: {each.receiver} {each.status} {each.labels}" for each in self.webhook.notified()
        ]
        return "\n".join(lines)


@contextmanager
def running(directory: Path) -> Iterator[Live]:
    """All of it, from the project's YAML to the receiver, with healthy traffic to two services."""
    rules = generated_rules(directory / "project", SERVICES, PLATFORM)
    traffic, webhook = Traffic("bookinfo", ("reviews", "ratings")), Webhook()
    with ExitStack() as stack:
        target = stack.enter_context(exporter.serving(traffic.answer))
        receiver = stack.enter_context(exporter.serving(webhook.answer))
        alertmanager = stack.enter_context(
            Alertmanager(directory / "alertmanager", _alertmanager_configuration(receiver))
        )
        prometheus = stack.enter_context(Prometheus(directory / "prometheus"))
        prometheus.reload(_prometheus_configuration(rules, target, alertmanager.port))
        yield Live(traffic, prometheus, alertmanager, webhook, rules.parents[1])
