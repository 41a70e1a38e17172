"""The words of alerts: summaries and descriptions, every number of them from the spec."""

from __future__ import annotations

from decimal import Decimal

from generator.promql.build import number
from generator.rules.prose import literal
from generator.sli.model import Unit
from generator.spec.model import SLO, BurnAlert, Service

_DAY = 86_400_000


def burn_words(service: Service, slo: SLO, alert: BurnAlert, unit: Unit) -> dict[str, str]:
    """Summary and description of a burn-rate alert; every number comes from the spec."""
    window, days = alert.window, slo.period.milliseconds // _DAY
    period = "1 day" if days == 1 else f"{days} days"
    exhausted = Decimal(slo.period.milliseconds) / alert.factor
    speed = f"{number(_short(alert.factor))} times too fast" if alert.factor > 1 else "faster than it lasts"
    return {
        "summary": f"{_title(service, slo)} burns its error budget {speed}",
        "description": f"More than {number(_short(alert.threshold * 100))} % of {unit} failed in the last "
        f"{window.long} and in the last {window.short} ({{{{ $value | humanizePercentage }}}} now); "
        f"{number(slo.objective)} % over {period} allow {number(slo.budget * 100)} %. At this rate the "
        f"whole budget lasts {in_words(exhausted)}.",
    }


def _short(value: Decimal) -> Decimal:
    """At most four significant digits, for prose."""
    return Decimal(f"{value:.4g}")


def in_words(milliseconds: Decimal, digits: int = 2) -> str:
    """A length of time for people: so many significant digits, in the largest unit that gives at least 2."""
    for unit, size in (("days", _DAY), ("hours", 3_600_000), ("minutes", 60_000)):
        if milliseconds >= 2 * size:
            return f"{number(Decimal(f'{milliseconds / size:.{digits}g}'))} {unit}"
    return f"{number(Decimal(f'{milliseconds / 1000:.{digits}g}'))} seconds"


def absent_words(service: Service, slo: SLO) -> dict[str, str]:
    """Summary and description of the alert for lost telemetry."""
    return {
        "summary": f"{_title(service, slo)}: telemetry is lost",
        "description": "Another proxy sees {{ $value | humanize }} requests per second for this "
        "service, but its own telemetry shows none. Until it is back, this SLO is blind: none of its "
        "other alerts can fire.",
    }


def blind_words(service: Service, slo: SLO) -> dict[str, str]:
    """The same where all that is known is that there should be telemetry, of whatever group."""
    return {
        "summary": f"{_name(service, slo)}: telemetry is lost",
        "description": "This service should have telemetry now, but there are no series of it. Until they "
        "are back, this SLO is blind: none of its other alerts can fire.",
    }


def _name(service: Service, slo: SLO) -> str:
    return literal(f"{service.display_name} / {slo.name}")


def _title(service: Service, slo: SLO) -> str:
    """The SLO's name and, filled in by Prometheus, the group's."""
    title = _name(service, slo)
    groups = [f"{group.name} {{{{ $labels.{group.label} }}}}" for group in slo.group_by]
    return f"{title} ({', '.join(groups)})" if groups else title
