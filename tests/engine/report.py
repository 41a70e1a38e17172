"""The measured figures as Markdown tables, as they stand in docs/numbers.md.

Print them with `python -m engine.report` in the folder tests.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine import detection, numbers
from engine.detection import Detection
from engine.scenario import World, played
from engine.series import DAY

INCIDENTS = {
    "errors-100": "all requests get 5xx",
    "pods-gone": "all pods gone",
    "errors-10": "10 % errors",
    "errors-2": "2 % errors",
}


def numbers_table(world: World) -> str:
    """The remaining budget of each scenario beside the truth."""
    rows = []
    for service, scenario in world.scenarios.items():
        for objective in scenario.objectives:
            truth = scenario.truths[objective.name]
            found, expected = numbers.remaining(world, service, objective.name)
            rows.append(
                (
                    f"{service} / {objective.name}",
                    f"{scenario.history[1] // DAY} d",
                    f"{truth.bad.count(scenario.end - 30 * DAY, scenario.end):,}",
                    f"{expected:.4f}",
                    "absent" if found is None else f"{found:.4f}",
                    "" if found is None else f"{found - expected:+.4f}",
                    "" if scenario.down else f"{numbers.tolerance(scenario, objective.name):.4f}",
                )
            )
    return _table(
        ("scenario", "data", "bad events", "true remaining", "recorded", "error", "tolerance"), rows
    )


def gap_table(world: World) -> str:
    """The share of an incident that the period's records lose in a gap of Prometheus."""
    names = {
        "gap-inside": "in the middle of a 30-minute incident",
        "gap-over": "over 9 minutes of incident, all of it",
    }
    return _table(
        ("10 minutes without Prometheus", "bad events of the incident missing from the period"),
        [(text, f"{numbers.lost_in_period(world, name):.0%}") for name, text in names.items()],
    )


def detection_table(incidents: Mapping[str, Sequence[Detection]]) -> str:
    """Minutes to each alert, ours and classical; a range where the phase of the incident matters."""
    alerts = ("PageFast", "PageSlow", "TicketFast", "TicketSlow")
    rows = []
    for kind, text in INCIDENTS.items():
        found = incidents[kind]
        for who, outcomes in (
            ("Sightline", [each.ours for each in found]),
            ("classical", [each.classical for each in found]),
        ):
            times = [[each[f"SLOBurnRate{alert}"] for each in outcomes] for alert in alerts]
            rows.append((text, who, *(_minutes(each) for each in times)))
    return _table(("incident", "rules", "page fast", "page slow", "ticket fast", "ticket slow"), rows)


def quiet_table(quiet: Mapping[str, Detection]) -> str:
    """What a service with 60 requests an hour does."""
    outages = [quiet[service] for service in detection.RARE]
    failures = [quiet[service] for service in detection.ONCE]
    return _table(
        ("60 requests an hour", "Sightline", "classical"),
        [
            (
                f"total outage: minutes to the page, {len(outages)} runs",
                _minutes([each.ours["SLOBurnRatePageFast"] for each in outages]),
                _minutes([each.classical["SLOBurnRatePageFast"] for each in outages]),
            ),
            (
                f"one failed request: runs with any alert, of {len(failures)}",
                str(sum(set(each.ours.values()) != {None} for each in failures)),
                str(sum(set(each.classical.values()) != {None} for each in failures)),
            ),
        ],
    )


def _minutes(times: Sequence[float | None]) -> str:
    known = [time for time in times if time is not None]
    if len(known) < len(times):
        return "never" if not known else f"{len(known)} of {len(times)}"
    if min(known) == max(known):
        return f"{known[0]:.1f}"
    return f"{statistics.median(known):.1f} ({min(known):.1f} to {max(known):.1f})"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Play all scenarios and print the tables."""
    with tempfile.TemporaryDirectory() as directory:
        with played(Path(directory) / "numbers", numbers.all_scenarios()) as world:
            sys.stdout.write(f"{numbers_table(world)}\n\n{gap_table(world)}\n\n")
        with played(Path(directory) / "detection", detection.all_scenarios()) as world:
            incidents, quiet = detection.incidents(world), detection.quiet(world)
            sys.stdout.write(f"{detection_table(incidents)}\n\n{quiet_table(quiet)}\n")


if __name__ == "__main__":
    main()
