"""Latency: requests answered within a threshold, over all requests that count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from generator.diagnostics import Diagnostics, Related, Span
from generator.promql.build import Matcher, number
from generator.promql.duration import Duration
from generator.sli.model import Events, Evidence, Narrowing
from generator.telemetry import Histogram, Subject, durations

READS_PROFILE = True
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "Share of requests answered within a threshold, measured on a histogram, classic or "
    "native as the telemetry profile says (no quantiles: they cannot be added up).",
    "additionalProperties": False,
    "required": ["threshold"],
    "properties": {
        "threshold": {
            "$ref": "#/definitions/duration",
            "description": "Longest time that is still good. It must be an edge of a classic histogram's "
            "buckets.",
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
        if not self._measurable(subject, diagnostics):
            return None
        untimed = subject.untimed()
        if untimed and not self.matchers:
            self._partly_timed(subject, untimed, diagnostics)
        narrowed = subject.only_timed().with_matchers(self.matchers)
        left_out = f", without those of {' and '.join(untimed)}, which has no latency" if untimed else ""
        timed = narrowed.timed(successful=self.of == "successful")
        seen = narrowed.evidence(by, successful=self.of == "successful")
        return Events(
            total=durations.requests(timed, by),
            bad=durations.slower(timed, self.threshold.milliseconds, by),
            zero_fill=False,
            slow=self.threshold,
            evidence=Evidence(seen, by, of_traffic=True) if seen else None,
            narrowing=Narrowing(self.matchers, self.at.get("matchers")),
            meaning=f"{self.of} requests{left_out}; bad are those that take longer than {self.threshold}.",
        )

    def _measurable(self, subject: Subject, diagnostics: Diagnostics) -> bool:
        """Whether the service's histograms can tell this; if not, the reason has been reported."""
        if not subject.histograms:
            diagnostics.error(
                "sli/no-duration",
                f"{', '.join(subject.untimed())} has no latency to measure",
                self.at.get(""),
                cause="what is counted has no histogram of durations; how long a connection is open says "
                "nothing of how fast it answers.",
                fix="measure availability, or latency where the requests are made.",
            )
            return False
        if subject.streaming and not self.matchers:
            diagnostics.error(
                "sli/streaming",
                "the latency of a streaming service says how long its streams are",
                self.at.get(""),
                cause="a proxy measures a request until its stream ends: minutes or hours for a "
                "subscription.",
                fix="choose the requests that are answered at once, with matchers.",
            )
            return False
        mute = [histogram for histogram in subject.histograms if not histogram.outcomes]
        if mute and self.of == "successful":
            diagnostics.error(
                "sli/no-outcome",
                f"{mute[0].metric} does not tell which requests were successful",
                self.at.get("of") or self.at.get(""),
                cause="its series have no label for how a request ended, so that a fast failure looks like a "
                "fast answer.",
                fix='write "of: all" to accept that, or measure where both are told, such as in the mesh.',
            )
            return False
        for histogram in subject.histograms:
            bound = histogram.in_unit(self.threshold.milliseconds)
            if not histogram.native and bound not in histogram.buckets:
                self._no_bucket(histogram, bound, diagnostics)
                return False
        return True

    def _partly_timed(self, subject: Subject, untimed: tuple[str, ...], diagnostics: Diagnostics) -> None:
        """Warn that a part of what the service does is not in its latency."""
        here, left_out = self.at.get(""), " and ".join(untimed)
        diagnostics.warning(
            "sli/partly-timed",
            f"this service's latency leaves out {left_out}",
            subject.places.get(untimed[0]) or here,
            cause="no histogram tells how long it takes, and how long a connection is open is no latency; so "
            f"the SLO holds whatever happens to {left_out}.",
            fix="measure availability, which counts it; to say that this is meant, choose the requests with "
            f"matchers{_chosen(subject)}.",
            related=[Related(here, "the latency SLI is here")] if here and subject.places else (),
        )

    def _no_bucket(self, histogram: Histogram, bound: Decimal, diagnostics: Diagnostics) -> None:
        below = [edge for edge in histogram.buckets if edge < bound]
        above = [edge for edge in histogram.buckets if edge > bound]
        near = " or ".join(_written(edge, histogram.unit) for edge in [*below[-1:], *above[:1]])
        edges = ",".join(number(edge) for edge in [*below, bound, *above])
        diagnostics.error(
            "sli/no-bucket",
            f"{self.threshold} is not an edge of the buckets of {histogram.metric}",
            self.at.get("threshold"),
            cause="a histogram knows only how many requests were below each of its edges; between two edges "
            "there is nothing to count.",
            fix=f"use {near}, or add the edge {_where(histogram.metric, edges)} and to a profile of your own "
            "under telemetryProfiles.",
        )


def _chosen(subject: Subject) -> str:
    """How matchers say that only requests with a latency are meant."""
    selects = [matcher for each in subject.only_timed().traffic for matcher in each.select[:1]]
    if not selects:
        return ""
    values = "|".join(str(matcher.value) for matcher in selects)
    matcher = Matcher(selects[0].label, "=" if len(selects) == 1 else "=~", values)
    return f", such as '{matcher}'"


def _where(metric: str, edges: str) -> str:
    """Where the edges of a histogram are set."""
    if not metric.startswith("istio_"):
        return f"where the histogram is made ([{edges}])"
    return (
        "to the proxies with the pod annotation "
        f"sidecar.istio.io/statsHistogramBuckets: '{{\"istiocustom.{metric}\":[{edges}]}}'"
    )


def _written(edge: Decimal, unit: str) -> str:
    """A bucket's edge as a threshold is written; `unit` is the histogram's."""
    milliseconds = edge if unit == "ms" else edge * 1000
    whole = milliseconds == milliseconds.to_integral_value()
    return str(Duration(int(milliseconds))) if whole else f"{number(edge)}{unit}"
