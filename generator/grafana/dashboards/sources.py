"""Where logs and traces are: the variables of their data sources, and how they are asked."""

from __future__ import annotations

from typing import Literal

from generator.grafana.model import LOGS_SOURCE, TRACES_SOURCE, LogQuery, TraceQuery, Variable
from generator.spec.model import Platform


def log_query(platform: Platform, expr: str = "") -> LogQuery:
    """Ask for log lines; `expr` is a template in the language of where they are."""
    return LogQuery(expr=expr, kind=_logs(platform), time_field=platform.logs.time_field)


def trace_query(platform: Platform, expr: str = "", service: str = "") -> TraceQuery:
    """Ask for the trace whose id is the template `expr`, or for failed traces of `service`."""
    return TraceQuery(expr=expr, kind=_traces(platform), service=service)


def logs_variable(platform: Platform) -> Variable:
    """The choice of where logs are."""
    uid = platform.grafana.data_sources.logs
    return Variable(kind="datasource", name=LOGS_SOURCE, query=_logs(platform), label="Logs", current=uid)


def traces_variable(platform: Platform) -> Variable:
    """The choice of where traces are."""
    uid = platform.grafana.data_sources.traces
    return Variable(
        kind="datasource", name=TRACES_SOURCE, query=_traces(platform), label="Traces", current=uid
    )


def _logs(platform: Platform) -> Literal["loki", "elasticsearch"]:
    return "elasticsearch" if platform.logs.kind == "elasticsearch" else "loki"


def _traces(platform: Platform) -> Literal["jaeger", "tempo"]:
    return "tempo" if platform.tracing.provider == "tempo" else "jaeger"
