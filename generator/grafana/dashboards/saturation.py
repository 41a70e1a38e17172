"""How full the workloads of a service are: CPU, memory, throttling, network, disk, restarts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.grafana.dashboards import charts, pods, scales
from generator.grafana.dashboards.context import Context
from generator.grafana.model import Field, Threshold
from generator.grafana.panels import Panel, TimeSeries
from generator.grafana.queries import ranked
from generator.promql.build import Call, Expr, Matcher, Selector, total
from generator.spec.aspects.saturation import Saturation

_RANKED = 10
_OF_CONTAINER = "{{pod}} {{container}}"
_SIZE = {"width": 8, "height": 7}


def panels(context: Context, pods_of: tuple[Matcher, ...], full: Saturation) -> Iterator[Panel]:
    """Yield what is known of the pods that the matchers select; thresholds are shares from `full`."""
    if context.has(pods.CPU_USED, pods.LIMITS):
        yield _share(
            "cpu",
            "CPU of its limit",
            "CPU in use over the container's limit; without a limit there is no share. Above the line "
            "requests queue for CPU: raise the limit, or add replicas.",
            pods.of_limit(pods.cpu(pods_of), "cpu", pods_of),
            full.cpu,
        )
    if context.has(pods.MEMORY_USED, pods.LIMITS):
        yield _share(
            "memory",
            "Memory of its limit",
            "Memory in use over the container's limit. At 100 % the kernel ends the container (OOMKilled); a "
            "line that only rises is a leak.",
            pods.of_limit(pods.memory(pods_of), "memory", pods_of),
            full.memory,
        )
    if context.has(pods.THROTTLED, pods.PERIODS):
        yield _share(
            "throttling",
            "CPU throttling",
            "Share of the CPU periods in which the container was held back although it had work. It makes "
            "requests slow long before CPU looks full; istio-proxy counts too.",
            pods.throttled(pods_of),
            full.throttling,
        )
    if context.has(pods.RECEIVED, pods.SENT):
        yield _throughput("network", "Network", "received", "sent", pods.RECEIVED, pods.SENT, pods_of)
    if context.has(pods.READ, pods.WRITTEN):
        yield _throughput("disk", "Disk", "read", "written", pods.READ, pods.WRITTEN, pods_of)
    if context.has(pods.RESTARTS):
        restarted = Call("increase", (Selector(pods.RESTARTS, pods_of, "1h"),))
        yield charts.graph(
            "restarts",
            "Restarts in an hour",
            "How often containers were started anew in the hour before. Any value above 0 has a "
            "reason: look at the logs of the container before, and at its memory.",
            {"{{container}}": total(restarted, ("container",))},
            charts.COUNT,
            **_SIZE,
        )


def _share(key: str, title: str, description: str, expression: Expr, full: Decimal) -> TimeSeries:
    field = Field(
        unit="percentunit",
        decimals=0,
        minimum=Decimal(0),
        thresholds=(Threshold(None, "transparent"), Threshold(full, scales.RED)),
    )
    highest = {_OF_CONTAINER: ranked("topk", _RANKED, expression)}
    return charts.graph(
        key, f"{title}: the {_RANKED} highest", description, highest, field, lines="dashed", **_SIZE
    )


def _throughput(
    key: str, title: str, inwards: str, outwards: str, taken: str, given: str, pods_of: tuple[Matcher, ...]
) -> TimeSeries:
    return charts.graph(
        key,
        title,
        f"Bytes {inwards} and {outwards} per second, all pods together. Compare with requests: "
        "more bytes for as many requests are larger answers.",
        {
            legend: pods.throughput(metric, pods_of, ())
            for legend, metric in ((inwards, taken), (outwards, given))
        },
        charts.BYTES_PER_SECOND,
        **_SIZE,
    )
