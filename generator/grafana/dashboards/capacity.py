"""Whether there is enough: traffic week over week, resources against their limits, and when they run out."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator import names
from generator.grafana.dashboards import charts, marks, pods, scales
from generator.grafana.dashboards.context import DATASOURCE_VARIABLE, Context, label_values
from generator.grafana.model import Dashboard, Field, Threshold, Variable
from generator.grafana.panels import Panel, SeriesColour
from generator.grafana.queries import any_of, ranked
from generator.promql.build import Aggregate, Binary, Call, Expr, Matcher, Number, Selector, Subquery, total

KIND = "capacity"
_RANKED = 10
_NAMESPACE = "namespace"
_WEEK = "1w"
_FREE, _SIZE = "kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes"
_REPLICAS, _MOST = (
    "kube_horizontalpodautoscaler_status_current_replicas",
    "kube_horizontalpodautoscaler_spec_max_replicas",
)
_DAY = 86_400


def build(context: Context) -> Iterator[Dashboard]:
    """Yield the dashboard of trends, where there is anything to have a trend."""
    if KIND not in context.shared:
        return
    chosen = (any_of(_NAMESPACE, _NAMESPACE),)
    parts = (
        ("traffic", "Traffic, week over week", _traffic(context, chosen)),
        ("resources", "Resources", _resources(context, chosen)),
        ("volumes", "Volumes and replicas", _volumes(context, chosen)),
    )
    yield Dashboard(
        uid=context.uid(KIND),
        kind=KIND,
        title=f"Capacity / {context.project.platform.project}",
        description="How traffic grows, and when resources run out.",
        start="now-7d",
        variables=(DATASOURCE_VARIABLE, _namespaces(context)),
        annotations=tuple(marks.of_all(context, marks.OF_OBJECTIVES, *chosen)),
        links=context.siblings(KIND),
        rows=charts.rows(parts),
        source=context.project.platform.source,
    )


def _namespaces(context: Context) -> Variable:
    if context.has_budgets:
        return label_values(_NAMESPACE, names.INFO)
    return label_values(_NAMESPACE, "kube_pod_info")


def _events(*matchers: Matcher, offset: str = "") -> Expr:
    """Events per second of each service, by its objective with most: several count the same requests."""
    recorded: Expr = Selector(names.events_record("total", "5m"), matchers)
    if offset:
        recorded = Call("last_over_time", (Subquery(recorded, "5m", "1m", offset=offset),))
    by_slo = total(recorded, names.IDENTITY)
    return Aggregate("max", by_slo, (names.NAMESPACE, names.SERVICE))


def _traffic(context: Context, chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    if not context.has_budgets:
        return
    now, before = _events(*chosen), _events(*chosen, offset=_WEEK)
    yield charts.graph(
        "events",
        "Events of all services",
        "Requests (or whatever objectives count) per second. Dashed: a week before. Compare a day with "
        "the same day.",
        {"now": total(now), "a week before": total(before)},
        Field(unit="ops", minimum=Decimal(0)),
        width=16,
        colours=(SeriesColour("^a week before", "text", dashed=True),),
    )
    yield charts.stat(
        "growth",
        "Change in a week",
        "Events of the last minutes against the same time a week before. One number for one moment: look "
        "at the graph before you believe it.",
        Binary(Binary(total(now), "/", Binary(total(before), ">", Number(0))), "-", Number(1)),
        Field(unit="percentunit", decimals=1),
        width=8,
        height=8,
    )
    yield charts.table(
        "services",
        "Services by traffic",
        "Each with its change against the week before.",
        {names.NAMESPACE: "Namespace", names.SERVICE: "Service"},
        {
            "Events/s": (now, Field(unit="none", decimals=2)),
            "A week before": (before, Field(unit="none", decimals=2)),
            "Change": (
                Binary(Binary(now, "/", Binary(before, ">", Number(0))), "-", Number(1)),
                Field(unit="percentunit", decimals=1),
            ),
        },
        width=24,
    )


def _resources(context: Context, chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    by = (_NAMESPACE,)
    for kind, used, unit, needed in (
        ("cpu", pods.cpu(chosen, by), "suffix: cores", pods.CPU_USED),
        ("memory", pods.memory(chosen, by), "bytes", pods.MEMORY_USED),
    ):
        if not context.has(needed, pods.REQUESTS):
            continue
        requested = pods.resource(pods.REQUESTS, kind, chosen, by)
        words = kind.upper() if kind == "cpu" else "Memory"
        yield charts.graph(
            kind,
            f"{words} in use and requested",
            "Requests are what the scheduler keeps free, and what is paid for. Use far below is waste; "
            "use above is borrowed from others.",
            {"{{namespace}} in use": used, "{{namespace}} requested": requested},
            Field(unit=unit, minimum=Decimal(0)),
            width=12,
            colours=(SeriesColour(" requested$", "text", dashed=True),),
        )
    if context.has(pods.MEMORY_USED, pods.LIMITS):
        by_container = (_NAMESPACE, *pods.CONTAINER)
        recent = Subquery(pods.memory(chosen, by_container), "6h", "5m")
        later = Call("predict_linear", (recent, Number(3 * _DAY)))
        limit = Binary(pods.resource(pods.LIMITS, "memory", chosen, by_container), ">", Number(0))
        yield charts.graph(
            "memory-trend",
            f"Memory of its limit in three days: the {_RANKED} highest",
            "Where the line of the last six hours leads. Above 100 % the container will be ended before "
            "then, if it goes on like this; a cache that fills looks the same at first.",
            {
                "{{namespace}}/{{pod}} {{container}}": ranked(
                    "topk", _RANKED, Binary(later, "/", limit, by_container)
                )
            },
            Field(
                unit="percentunit",
                decimals=0,
                minimum=Decimal(0),
                thresholds=(Threshold(None, "transparent"), Threshold(Decimal(1), scales.RED)),
            ),
            width=24,
            lines="dashed",
        )


def _volumes(context: Context, chosen: tuple[Matcher, ...]) -> Iterator[Panel]:
    by = (_NAMESPACE, "persistentvolumeclaim")
    if context.has(_FREE, _SIZE):
        free, size = (Aggregate("max", Selector(metric, chosen), by) for metric in (_FREE, _SIZE))
        slope = Call("deriv", (Selector(_FREE, chosen, "6h"),))
        shrinking = Binary(Aggregate("min", slope, by), "<", Number(0))
        left = Binary(Binary(free, "/", Binary(Number(0), "-", shrinking)), "/", Number(_DAY))
        yield charts.table(
            "volumes",
            "Volumes",
            "“Days left”: until it is full, if it fills as in the last six hours; none while it does not "
            "fill.",
            {_NAMESPACE: "Namespace", "persistentvolumeclaim": "Volume"},
            {
                "In use": (
                    Binary(Number(1), "-", Binary(free, "/", Binary(size, ">", Number(0)))),
                    Field(unit="percentunit", decimals=1),
                ),
                "Size": (size, Field(unit="bytes")),
                "Days left": (left, Field(unit="d", decimals=1)),
            },
        )
    if context.has(_REPLICAS, _MOST):
        scaled = (_NAMESPACE, "horizontalpodautoscaler")
        now, most = (Aggregate("max", Selector(metric, chosen), scaled) for metric in (_REPLICAS, _MOST))
        yield charts.table(
            "autoscalers",
            "Autoscalers",
            "At 100 % an autoscaler cannot add pods any more: more traffic means slower answers.",
            {_NAMESPACE: "Namespace", "horizontalpodautoscaler": "Autoscaler"},
            {
                "Of its most": (
                    Binary(now, "/", Binary(most, ">", Number(0))),
                    Field(
                        unit="percentunit",
                        decimals=0,
                        thresholds=(Threshold(None, scales.GREEN), Threshold(Decimal(1), scales.RED)),
                    ),
                ),
                "Replicas": (now, charts.COUNT),
                "At most": (most, charts.COUNT),
            },
        )
