"""What a service wrote down itself: its logs, and its failed traces."""

from __future__ import annotations

from collections.abc import Iterator

from generator.grafana.dashboards import sources
from generator.grafana.dashboards.context import CARRY, Context
from generator.grafana.model import DataLink, Field, Row, Variable
from generator.grafana.panels import Column, Logs, Table, Traces
from generator.grafana.text import literal
from generator.spec.model import Service

_TRACE = "trace"


def rows(context: Context, service: Service) -> Iterator[Row]:
    """Yield collapsed rows: nothing is asked of these systems until a reader wants it."""
    platform = context.project.platform
    if has_logs(context, service):
        yield Row(
            key="logs",
            title="Logs",
            collapsed=True,
            panels=(
                Logs(
                    key="lines",
                    title="Log lines",
                    description="The newest lines of this service in the time range. Choose where logs are "
                    "kept in the dashboard's head.",
                    width=24,
                    height=12,
                    queries=(sources.log_query(platform, literal(service.log_selector)),),
                ),
            ),
        )
    if has_traces(context, service):
        yield Row(key="traces", title="Traces", collapsed=True, panels=tuple(_traces(context, service)))


def variables(context: Context, service: Service) -> Iterator[Variable]:
    """Yield the variables that these rows need."""
    if has_logs(context, service):
        yield sources.logs_variable(context.project.platform)
    if has_traces(context, service):
        yield sources.traces_variable(context.project.platform)
        yield Variable(kind="textbox", name=_TRACE, query="", label="Trace")


def has_logs(context: Context, service: Service) -> bool:
    """Whether anybody knows where this service's lines are."""
    return bool(context.project.platform.logs.kind and service.log_selector)


def has_traces(context: Context, service: Service) -> bool:
    """Whether traces are kept, and this service takes part in them."""
    platform = context.project.platform
    kept = platform.jaeger.url or platform.grafana.data_sources.traces
    return bool(kept and service.subject is not None and service.tracing_service)


def _traces(context: Context, service: Service) -> Iterator[Table | Traces]:
    platform = context.project.platform
    here = f"/d/{context.service_uid(service)}?{CARRY}&var-{_TRACE}="
    link = DataLink(title="Show this trace below", url=here + "${__value.raw:percentencode}")
    yield Table(
        key="failed",
        title="Failed traces",
        description="Traces through this service with an error, newest first. Click on an id to see it "
        "below. How many there are depends on sampling, so nothing can be counted here.",
        width=24,
        height=8,
        queries=(sources.trace_query(platform, service=service.tracing_service),),
        field=Field(no_value="None found"),
        columns=(Column(title="traceID", label="traceID", field=Field(links=(link,))),),
        raw=True,
    )
    yield Traces(
        key="trace",
        title="Trace",
        description="The trace whose id stands in the box “Trace” in the dashboard's head.",
        width=24,
        height=14,
        queries=(sources.trace_query(platform, f"${{{_TRACE}}}"),),
    )
