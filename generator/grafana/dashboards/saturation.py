"""How full the workloads of a service are: CPU, memory, throttling, network, disk, restarts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.grafana.dashboards import pods, scales
from generator.grafana.dashboards.context import Context
from generator.grafana.model import Field, Query, Threshold
from generator.grafana.panels import Panel, TimeSeries
from generator.grafana.queries import ranked, text
from generator.promql.build import Call, Expr, Matcher, Selector, total
from generator.spec.aspects.saturation import Saturation

_RANKED = 10
_OF_CONTAINER = "{{pod}} {{container}}"


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
        yield TimeSeries(
            key="restarts",
            title="Restarts in an hour",
            description="How often containers were started anew in the hour before. Any value above 0 has a "
            "reason: look at the logs of the container before, and at its memory.",
            width=8,
            height=7,
            queries=(
                Query(
                    expr=text(
                        total(Call("increase", (Selector(pods.RESTARTS, pods_of, "1h"),)), ("container",))
                    ),
                    legend="{{container}}",
                ),
            ),
            field=Field(unit="none", decimals=0, minimum=Decimal(0)),
        )


def _share(key: str, title: str, description: str, expression: Expr, full: Decimal) -> TimeSeries:
    return TimeSeries(
        key=key,
        title=f"{title}: the {_RANKED} highest",
        description=description,
        width=8,
        height=7,
        queries=(Query(expr=text(ranked("topk", _RANKED, expression)), legend=_OF_CONTAINER),),
        field=Field(
            unit="percentunit",
            decimals=0,
            minimum=Decimal(0),
            thresholds=(Threshold(None, "transparent"), Threshold(full, scales.RED)),
        ),
        lines="dashed",
    )


def _throughput(
    key: str, title: str, inwards: str, outwards: str, taken: str, given: str, pods_of: tuple[Matcher, ...]
) -> TimeSeries:
    return TimeSeries(
        key=key,
        title=title,
        description=f"Bytes {inwards} and {outwards} per second, all pods together. Compare with requests: "
        "more bytes for as many requests are larger answers.",
        width=8,
        height=7,
        queries=tuple(
            Query(expr=text(pods.throughput(metric, pods_of, ())), legend=legend)
            for legend, metric in ((inwards, taken), (outwards, given))
        ),
        field=Field(unit="Bps", minimum=Decimal(0)),
    )
