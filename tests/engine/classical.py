"""The classical rules to compare with: every window's error ratio computed from the raw counters, every 30
seconds.

Windows and factors are those of the SRE workbook, chapter 5, for 30 days. Written by hand, not by the
generator.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.rules import Rule

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d")

ALERTS = {
    "SLOBurnRatePageFast": ("5m", "1h", 14.4),
    "SLOBurnRatePageSlow": ("30m", "6h", 6),
    "SLOBurnRateTicketFast": ("2h", "1d", 3),
    "SLOBurnRateTicketSlow": ("6h", "3d", 1),
}
"""By the name of our alert of the same tier: short window, long window, burn rate."""

UNSERVED = 'reporter="source",response_flags=~"(.*,)?(UH|NR|NC|UO|UF)(,.*)?"'


def recordings(service: str, *, unserved: bool = True, windows: Sequence[str] = WINDOWS) -> list[Rule]:
    """(errors rate) / (total rate) per window for an Istio service.

    With `unserved`, failures that no pod of the service has seen count too, as in our rules; rules in the
    field usually read the destination's proxies only.
    """
    own = labels(service, unserved=unserved)
    return [
        Rule(f"classical:ratio_rate{window}", ratio(service, window, unserved=unserved), own)
        for window in windows
    ]


def ratio(service: str, window: str, *, unserved: bool = True) -> str:
    """The error ratio of a window, from raw counters."""
    bad, total = (events(service, outcome, window, unserved=unserved) for outcome in ("bad", "total"))
    return f"{bad} / {total}"


def events(service: str, outcome: str, window: str, *, unserved: bool = True) -> str:
    """Bad or total events per second in a window, from raw counters."""
    destination = f'destination_service_name="{service}",destination_service_namespace="shop"'
    code = ',response_code=~"5.."' if outcome == "bad" else ""
    seen = f'rate(istio_requests_total{{reporter="destination"{code},{destination}}}[{window}])'
    extra = f" or rate(istio_requests_total{{{UNSERVED},{destination}}}[{window}])" if unserved else ""
    return f"sum({seen}{extra})"


def alerts(service: str, budget: float, *, unserved: bool = True) -> list[Rule]:
    """The four burn-rate alerts over the recordings, without any guard for little traffic."""
    own = ",".join(f'{name}="{value}"' for name, value in labels(service, unserved=unserved).items())
    return [
        Rule(
            name,
            " and ".join(
                f"classical:ratio_rate{window}{{{own}}} > {factor * budget!r}" for window in (short, long)
            ),
            alert=True,
        )
        for name, (short, long, factor) in ALERTS.items()
    ]


def labels(service: str, *, unserved: bool = True) -> dict[str, str]:
    """The labels of the recordings."""
    return {"service": service, "reads": "all" if unserved else "destination"}
