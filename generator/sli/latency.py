"""Latency: requests answered within a threshold, over all requests that count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from generator.diagnostics import Diagnostics, Span
from generator.promql.build import Binary, Call, Matcher, Number, bucket_matcher, number, total
from generator.promql.duration import Duration
from generator.sli.model import Events
from generator.telemetry import Subject

READS_PROFILE = True
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "Share of requests answered within a threshold, measured on the buckets of a histogram "
    "(no quantiles: they cannot be added up).",
    "additionalProperties": False,
    "required": ["threshold"],
    "properties": {
        "threshold": {
            "$ref": "#/definitions/duration",
            "description": "Longest time that is still good. It must be an edge of the histogram's buckets.",
            "x-example": "250ms",
        },
        "of": {
            "enum": ["successful", "all"],
            "default": "successful",
            "description": "Which requests count. A fast failure is not a fast answer, so `all` is a "
            "choice to be made openly.",
        },
        "matchers": {
            "$ref": "#/definitions/matchers",
            "description": "Only requests with these labels count.",
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A latency SLI."""

    threshold: Duration
    of: str = "successful"
    matchers: tuple[Matcher, ...] = ()
    at: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)

    def events(self, subject: Subject | None, by: tuple[str, ...], diagnostics: Diagnostics) -> Events | None:
        """Requests above the threshold = all that count minus those in its bucket, never filled with zero.

        A bucket that does not exist makes the result absent. Requests that never reached a workload have no
        duration at the destination and are the availability SLI's business.
        """
        if subject is None:
            diagnostics.error(
                "sli/no-telemetry",
                "a latency SLI needs a protocol whose requests are timed",
                self.at.get(""),
                cause='with "protocol: none" no telemetry profile says which histogram holds the durations.',
                fix='give the service its protocol, or use "sli: {events: ...}".',
            )
            return None
        histogram = subject.histogram
        if histogram is None:
            diagnostics.error(
                "sli/no-duration",
                f"{', '.join(subject.untimed())} has no latency to measure",
                self.at.get(""),
                cause="what is counted are connections, and how long one is open says nothing of how fast "
                "it answers.",
                fix="measure availability, or latency where the requests are made.",
            )
            return None
        if subject.streaming and not self.matchers:
            diagnostics.error(
                "sli/streaming",
                "the latency of a streaming service says how long its streams are",
                self.at.get(""),
                cause="a proxy measures a request until its stream ends: minutes or hours for a "
                "subscription.",
                fix="choose the requests that are answered at once, with matchers.",
            )
            return None
        bound = histogram.in_unit(self.threshold.milliseconds)
        if bound not in histogram.buckets:
            self._no_bucket(histogram.metric, histogram.unit, bound, histogram.buckets, diagnostics)
            return None
        narrowed = subject.with_matchers(self.matchers)
        successful = self.of == "successful"
        requests = total(narrowed.timed("_count", successful=successful), by)
        within = total(narrowed.timed("_bucket", bucket_matcher(bound), successful=successful), by)
        slow = Call("clamp_min", (Binary(requests, "-", within), Number(0)))
        evidence = narrowed.evidence(by, successful=successful)
        return Events(total=requests, bad=slow, zero_fill=False, evidence=evidence)

    def _no_bucket(
        self, metric: str, unit: str, bound: Decimal, buckets: tuple[Decimal, ...], diagnostics: Diagnostics
    ) -> None:
        below = [edge for edge in buckets if edge < bound]
        above = [edge for edge in buckets if edge > bound]
        near = " or ".join(_written(edge, unit) for edge in [*below[-1:], *above[:1]])
        prefix = metric.replace("istio_", "istiocustom.istio_", 1)
        edges = ",".join(number(edge) for edge in [*below, bound, *above])
        diagnostics.error(
            "sli/no-bucket",
            f"{self.threshold} is not an edge of the buckets of {metric}",
            self.at.get("threshold"),
            cause="a histogram knows only how many requests were below each of its edges; between two edges "
            "there is nothing to count.",
            fix=f"use {near}, or add the edge to the proxies with the pod annotation "
            f"sidecar.istio.io/statsHistogramBuckets: '{{\"{prefix}\":[{edges}]}}' and to the profile.",
        )


def _written(edge: Decimal, unit: str) -> str:
    """A bucket's edge as a threshold is written; `unit` is the histogram's."""
    milliseconds = edge if unit == "ms" else edge * 1000
    whole = milliseconds == milliseconds.to_integral_value()
    return str(Duration(int(milliseconds))) if whole else f"{number(edge)}{unit}"
