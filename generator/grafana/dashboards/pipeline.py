"""The telemetry pipeline itself: collectors, Jaeger's storage, sampling, and what Prometheus' rules cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from generator.grafana.dashboards import charts, marks
from generator.grafana.dashboards.context import DATASOURCE_VARIABLE, Context
from generator.grafana.model import Dashboard, Field, Threshold
from generator.grafana.panels import Panel, SeriesColour
from generator.grafana.queries import quantile, ranked, share
from generator.promql.build import (
    WINDOW,
    Aggregate,
    Binary,
    Call,
    Expr,
    Matcher,
    Number,
    Selector,
    equal,
    rate,
    total,
)
from generator.spec.systems.tracing import TracingSettings

KIND = "pipeline"
_RANKED = 10
_OURS = Matcher("rule_group", "=~", r".*;(slo|pack)\..*")
_FULL = (Threshold(None, "transparent"), Threshold(Decimal("0.8"), "orange"), Threshold(Decimal(1), "red"))


def build(context: Context) -> Iterator[Dashboard]:
    """Yield the dashboard of what measures, where a fixture shows that somebody measures that."""
    if KIND not in context.shared:
        return
    parts = (
        ("spans", "Spans", _spans(context)),
        ("sampling", "Sampling", _sampling(context)),
        ("storage", "Jaeger's storage", _storage(context)),
        ("rules", "Cost of rules", _rules(context)),
        ("series", "Size of Prometheus", _series(context)),
    )
    yield Dashboard(
        uid=context.uid(KIND),
        kind=KIND,
        title=f"Telemetry pipeline / {context.project.platform.project}",
        description="Whether what is measured arrives, and what measuring costs.",
        start="now-6h",
        variables=(DATASOURCE_VARIABLE,),
        annotations=tuple(marks.of_all(context, marks.BLIND)),
        links=context.siblings(KIND),
        rows=charts.rows(parts),
        source=context.project.platform.source,
    )


def _counter(context: Context, name: str) -> str:
    """The name of a collector's counter here: whether it ends in `_total` depends on its configuration."""
    found = (f"{name}_total", name)
    return next((each for each in found if context.measures(each)), "")


def _per_second(metric: str, *matchers: Matcher, by: tuple[str, ...] = ()) -> Expr:
    return total(rate(Selector(metric, matchers, WINDOW)), by)


def _budget(tracing: TracingSettings) -> tuple[Threshold, ...]:
    """A line at the spans per second that may be stored, where the platform says how many."""
    if tracing.span_budget is None:
        return ()
    return (Threshold(None, "transparent"), Threshold(Decimal(tracing.span_budget), "red"))


def _spans(context: Context) -> Iterator[Panel]:
    accepted = _counter(context, "otelcol_receiver_accepted_spans")
    refused = _counter(context, "otelcol_receiver_refused_spans")
    sent = _counter(context, "otelcol_exporter_sent_spans")
    lost = {
        "could not be sent": _counter(context, "otelcol_exporter_send_failed_spans"),
        "found the queue full": _counter(context, "otelcol_exporter_enqueue_failed_spans"),
        "refused": refused,
    }
    lost = {words: metric for words, metric in lost.items() if metric}
    spans = Field(unit="suffix: spans/s", minimum=Decimal(0))
    budget = _budget(context.project.platform.tracing)
    if accepted:
        through = {"accepted": _per_second(accepted)} | ({"sent on": _per_second(sent)} if sent else {})
        yield charts.graph(
            "throughput",
            "Spans through the collectors",
            "Accepted from proxies and applications, and sent on. The difference is what tail sampling "
            "leaves out, or what is lost." + (" The line is what may be stored." if budget else ""),
            through,
            replace(spans, thresholds=budget),
            lines="dashed" if budget else "off",
            width=8,
        )
    if accepted and lost:
        yield charts.graph(
            "lost",
            "Spans lost",
            "Refused: the memory limiter protects the collector, senders drop. Queue full or not sent: "
            "what comes after the collector is too slow or gone. Traces with holes look like slow "
            "services.",
            {words: _per_second(metric) for words, metric in lost.items()},
            spans,
            width=8,
        )
    if context.measures("otelcol_exporter_queue_size") and context.measures(
        "otelcol_exporter_queue_capacity"
    ):
        by = ("pod", "exporter")
        filled = Binary(
            Aggregate("max", Selector("otelcol_exporter_queue_size"), by),
            "/",
            Binary(Aggregate("max", Selector("otelcol_exporter_queue_capacity"), by), ">", Number(0)),
        )
        yield charts.graph(
            "queue",
            "Queues of exporters",
            "How full they are. At 100 % spans are lost; a queue that only grows is on its way there.",
            {"{{pod}} {{exporter}}": filled},
            Field(unit="percentunit", decimals=0, minimum=Decimal(0), maximum=Decimal(1), thresholds=_FULL),
            width=8,
            lines="dashed",
        )
    if context.measures("otelcol_process_memory_rss_bytes"):
        yield charts.graph(
            "memory",
            "Memory of collectors",
            "Tail sampling holds whole traces; its memory grows with traffic times the decision's delay.",
            {"{{pod}}": Aggregate("max", Selector("otelcol_process_memory_rss_bytes"), ("pod",))},
            Field(unit="bytes", minimum=Decimal(0)),
            width=8,
        )


def _sampling(context: Context) -> Iterator[Panel]:
    prefix = "otelcol_processor_tail_sampling"
    decided = _counter(context, f"{prefix}_global_count_traces_sampled")
    early = _counter(context, f"{prefix}_sampling_trace_dropped_too_early")
    held = f"{prefix}_sampling_traces_on_memory"
    if decided:
        kept = rate(Selector(decided, (equal("sampled", "true"),), WINDOW))
        yield charts.graph(
            "kept",
            "Share of traces kept",
            "Of the traces that reach the tail sampler. What the proxies never sampled is not among "
            "them: an error in a trace that was not started is in no trace.",
            {"kept": share(kept, rate(Selector(decided, (), WINDOW)))},
            Field(unit="percentunit", decimals=1, minimum=Decimal(0), maximum=Decimal(1)),
            width=8,
        )
    if early:
        yield charts.graph(
            "early",
            "Traces dropped before the decision",
            "There were more traces at once than `num_traces` allows: the oldest are dropped undecided, "
            "with errors among them. Raise it, or shorten `decision_wait`.",
            {"dropped": _per_second(early)},
            Field(unit="suffix: traces/s", minimum=Decimal(0)),
            width=8,
        )
    if context.measures(held):
        yield charts.graph(
            "held",
            "Traces held in memory",
            "Traces that wait for their decision.",
            {"{{pod}}": Aggregate("max", Selector(held), ("pod",))},
            charts.COUNT,
            width=8,
        )


def _storage(context: Context) -> Iterator[Panel]:
    requests, latency = "jaeger_storage_requests_total", "jaeger_storage_latency_seconds_bucket"
    if context.measures(requests):
        by = ("operation",)
        failed = rate(Selector(requests, (equal("result", "err"),), WINDOW))
        yield charts.graph(
            "storage",
            "Requests to storage",
            "What Jaeger writes and reads, per second.",
            {"{{operation}}": _per_second(requests, by=by)},
            charts.PER_SECOND,
            width=8,
        )
        yield charts.graph(
            "storage-errors",
            "Failed requests to storage",
            "Share by operation. Failed writes are lost spans; failed reads are searches that find nothing.",
            {"{{operation}}": share(failed, rate(Selector(requests, (), WINDOW)), by)},
            charts.SHARE,
            width=8,
        )
    if context.measures(latency):
        yield charts.graph(
            "storage-latency",
            "p95 of requests to storage",
            "A storage that gets slow fills the queues before it.",
            {"{{operation}}": quantile(Decimal("0.95"), rate(Selector(latency, (), WINDOW)), ("operation",))},
            Field(unit="s", minimum=Decimal(0)),
            width=8,
        )


def _rules(context: Context) -> Iterator[Panel]:
    took, every = "prometheus_rule_group_last_duration_seconds", "prometheus_rule_group_interval_seconds"
    if context.measures(took) and context.measures(every):
        share_of_interval = Binary(
            Aggregate("max", Selector(took, (_OURS,)), ("rule_group",)),
            "/",
            Binary(Aggregate("max", Selector(every, (_OURS,)), ("rule_group",)), ">", Number(0)),
        )
        yield charts.graph(
            "busy",
            "Time spent on Sightline's rules",
            "Seconds of evaluation per second: at 1 one core does nothing else.",
            {"all groups": total(share_of_interval)},
            Field(unit="percentunit", decimals=2, minimum=Decimal(0)),
            width=8,
        )
        yield charts.graph(
            "slow-groups",
            f"Share of its interval that a group takes: the {_RANKED} slowest",
            "At 100 % a group misses evaluations, and its alerts come late.",
            {"{{rule_group}}": ranked("topk", _RANKED, share_of_interval)},
            Field(unit="percentunit", decimals=2, minimum=Decimal(0), thresholds=_FULL),
            width=8,
            lines="dashed",
        )
    trouble = {
        "evaluations failed": "prometheus_rule_evaluation_failures_total",
        "evaluations missed": "prometheus_rule_group_iterations_missed_total",
    }
    known = {words: metric for words, metric in trouble.items() if context.measures(metric)}
    if known:
        yield charts.graph(
            "trouble",
            "Rules that did not run",
            "In an hour. A rule that fails records nothing, and an alert over it cannot fire. The log of "
            "Prometheus says why.",
            {
                words: total(Call("increase", (Selector(metric, (_OURS,), "1h"),)))
                for words, metric in known.items()
            },
            charts.COUNT,
            width=8,
            colours=(SeriesColour("failed$", "red"),),
        )
    if context.measures("prometheus_rule_group_last_evaluation_samples"):
        yield charts.stat(
            "recorded",
            "Series that Sightline records",
            "Series written by the rules of this and other projects of Sightline.",
            total(Selector("prometheus_rule_group_last_evaluation_samples", (_OURS,))),
            Field(unit="short", decimals=0),
            width=6,
        )


def _series(context: Context) -> Iterator[Panel]:
    if context.measures("prometheus_tsdb_head_series"):
        yield charts.graph(
            "series",
            "Series in memory",
            "What Prometheus' memory depends on. A step up is a new label with many values, or a new "
            "version that replaces all pods.",
            {"{{instance}}": Aggregate("max", Selector("prometheus_tsdb_head_series"), ("instance",))},
            Field(unit="short", minimum=Decimal(0)),
            width=8,
        )
    if context.measures("prometheus_tsdb_head_samples_appended_total"):
        appended = rate(Selector("prometheus_tsdb_head_samples_appended_total", (), WINDOW))
        yield charts.graph(
            "samples",
            "Samples per second",
            "Scraped and recorded.",
            {"{{instance}}": total(appended, ("instance",))},
            Field(unit="short", minimum=Decimal(0)),
            width=8,
        )
    if context.measures("prometheus_tsdb_storage_blocks_bytes"):
        yield charts.graph(
            "blocks",
            "Size on disk",
            "Of complete blocks. It stands still when the retention is reached; an SLO's period must fit.",
            {
                "{{instance}}": Aggregate(
                    "max", Selector("prometheus_tsdb_storage_blocks_bytes"), ("instance",)
                )
            },
            Field(unit="bytes", minimum=Decimal(0)),
            width=8,
        )
