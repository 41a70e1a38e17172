"""The projects that `run.py` measures: services of one kind, of every kind, and this repository's own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).parent.parent
_OBJECTIVES = ("99.5", "99.9", "99.95", "99", "98.5")
_PLATFORM = """\
apiVersion: sightline/v1
kind: Platform
metadata: {{name: bench}}
spec:
  project: bench
  defaults: {{namespace: shop, tier: gold, team: bench}}
  tiers:
    gold:
      slos:
        http:
          - {{name: availability, objective: 99.9, sli: {{availability: {{}}}}}}
          - {{name: latency, objective: 99, sli: {{latency: {{threshold: 250ms}}}}}}
        grpc:
          - {{name: availability, objective: 99.9, sli: {{availability: {{}}}}}}
          - {{name: latency, objective: 99, sli: {{latency: {{threshold: 100ms}}}}}}
        tcp:
          - {{name: availability, objective: 99.9, sli: {{availability: {{}}}}}}
  grafana: {{url: "https://grafana.example.com"}}
  kiali: {{url: "https://kiali.example.com/kiali"}}
  jaeger: {{url: "https://jaeger.example.com/jaeger"}}
  fixtures: [tests/fixtures/*.yaml]
  delivery: [{delivery}]
"""
_SERVICE = """\
apiVersion: sightline/v1
kind: Service
metadata: {{name: service-{index:05d}, displayName: Service {index}}}
spec:
  description: Number {index} of many.
"""
_PLAIN = """\
  slos:
    - name: availability
      objective: {objective}
"""
# One of each protocol, data plane and kind of SLI; {objective} varies so that no two neighbours are alike.
_MIXED = (
    _PLAIN,
    "  protocol: grpc\n" + _PLAIN,
    "  protocol: tcp\n" + _PLAIN,
    "  protocol: [http, grpc]\n  telemetry: {{dataplane: ambient, waypoint: shop}}\n" + _PLAIN,
    "  telemetry: {{dataplane: gateway}}\n" + _PLAIN,
    """\
  protocol: none
  slos:
    - name: orders
      objective: {objective}
      sli: {{events: {{total: orders_total, bad: 'orders_total{{result="failed"}}'}}}}
    - name: refunds
      objective: {objective}
      sli:
        events:
          total: sum(rate(refunds_total[$window]))
          good: sum(rate(refunds_total{{result="paid"}}[$window]))
""",
    """\
  protocol: none
  slos:
    - name: freshness
      objective: {objective}
      sli:
        threshold:
          query: time() - max(import_success_timestamp_seconds)
          op: lt
          value: 15m
          missing: bad
    - name: cached
      objective: {objective}
      sli: {{ratio: {{good: 'avg(cache_hit_ratio)'}}}}
""",
)
# Five kinds of SLIs at four periods: twenty forms of rules.
_FORM_OF = """\
  protocol: {protocol}
  slos:
    - name: own
      objective: {objective}
      period: {period}
      sli: {sli}
"""
_AVAILABLE, _FAST = "{{availability: {{}}}}", "{{latency: {{threshold: 250ms}}}}"
_FORMS = tuple(
    _FORM_OF.replace("{protocol}", protocol).replace("{period}", period).replace("{sli}", sli)
    for period in ("7d", "28d", "30d", "90d")
    for protocol, sli in (
        ("http", _AVAILABLE),
        ("http", _FAST),
        ("grpc", _AVAILABLE),
        ("grpc", _FAST),
        ("tcp", _AVAILABLE),
    )
)
_OWN_METRICS = """\
apiVersion: sightline/v1
kind: Catalogue
metadata: {name: own}
values:
  result: [failed, paid, sold]
metrics:
  cache_hit_ratio: {type: gauge, labels: [[instance, job, namespace, pod]]}
  import_success_timestamp_seconds: {type: gauge, unit: seconds, labels: [[instance, job, namespace, pod]]}
  orders_total: {type: counter, labels: [[instance, job, namespace, pod, result]]}
  refunds_total: {type: counter, labels: [[instance, job, namespace, pod, result]]}
"""


_METRIC = """\
  service_{number}_requests_total:
    type: counter
    unit: requests
    help: Requests of service {number} by method and code.
    labels: [code, method, one-target]
    values:
      code: {{values: ["200", "404", "500"], afterEvent: true}}
      method: {{values: [GET, POST, PUT], closed: true}}
"""


def catalogue(size: int) -> str:
    """A fixture of about `size` bytes, in the form that `capture` writes."""
    head = "apiVersion: sightline/v1\nkind: Catalogue\n"
    head += "labelSets:\n  one-target: [instance, job, namespace, pod]\n"
    metrics = (_METRIC.format(number=number) for number in range(size // len(_METRIC) + 1))
    return head + "metrics:\n" + "".join(metrics)


def plain(folder: Path, services: int, formats: tuple[str, ...] = ()) -> None:
    """HTTP services with two SLOs each, one file a service; rules, links and what else is in `formats`."""
    _write(folder, islice(cycle([_PLAIN]), services), formats)


def mixed(folder: Path, services: int, formats: tuple[str, ...] = ()) -> None:
    """Services of every protocol, data plane and kind of SLI in turn, with the same."""
    _write(folder, islice(cycle(_MIXED), services), formats)


def forms(folder: Path, services: int) -> None:
    """Services of one SLO each, of twenty forms of rules in turn."""
    _write(folder, islice(cycle(_FORMS), services), ())
    platform = folder / "sightline.yaml"
    platform.write_text(platform.read_text().replace("tier: gold, ", ""))


def example(folder: Path) -> None:
    """This repository's own example, Bookinfo and Online Boutique, without its output."""
    for name in ("sightline.yaml", "slos", "alerts", "dashboards", "tests/fixtures"):
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)


def _write(folder: Path, bodies: Iterator[str], formats: tuple[str, ...]) -> None:
    (folder / "slos").mkdir(parents=True)
    (folder / "tests/fixtures").mkdir(parents=True)
    shutil.copy(ROOT / "generator/library/init/fixtures/istio.yaml", folder / "tests/fixtures")
    (folder / "tests/fixtures/own.yaml").write_text(_OWN_METRICS)
    delivery = ", ".join(f"{{format: {name}}}" for name in ("prometheus", "links", *formats))
    (folder / "sightline.yaml").write_text(_PLATFORM.format(delivery=delivery))
    for index, body in enumerate(bodies):
        text = (_SERVICE + body).format(index=index, objective=_OBJECTIVES[index % len(_OBJECTIVES)])
        (folder / f"slos/service-{index:05d}.yaml").write_text(text)
