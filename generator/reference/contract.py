"""The public names, the burn-rate windows and the telemetry profiles, as the reference lists them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator import names
from generator.promql.build import number
from generator.promql.duration import Duration
from generator.reference.markdown import code, table
from generator.spec import burn
from generator.telemetry import PROFILES, Histogram, Profile, load_profile
from generator.telemetry.profile import FailureLabel

_RECORDS = (
    (
        names.events_record("total", "<window>"),
        "Events per second, up to an hour. 0 is idle, absent is blind.",
    ),
    (names.events_record("bad", "<window>"), "Events per second that failed, in windows up to an hour."),
    (names.staged_record("total", "<interval>"), "Sum of the 5m records of one long interval."),
    (names.staged_record("bad", "<interval>"), "The same of events that failed."),
    (
        names.error_ratio_record("<window>"),
        "Bad over all events in a window or the period; absent when idle.",
    ),
    (names.OBJECTIVE, "The objective, between 0 and 1."),
    (names.ERROR_BUDGET, "The budget, 1 minus the objective."),
    (names.TIME_PERIOD, "The period in days."),
    (names.INFO, "1, with labels that tell of the SLO: tier, team and others, objective, period, dashboard."),
    (names.CURRENT_BURN_RATE, "Error ratio of 5 minutes over the budget; at 1 the budget lasts the period."),
    (
        names.PERIOD_BURN_RATE,
        "Error ratio of the period over the budget: the share of the budget that is burnt.",
    ),
    (names.BUDGET_REMAINING, "What is left of the budget, 1 to 0, negative once overspent."),
    (names.PERIOD_COVERAGE, "Share of the period that has measurements, 0 to 1."),
)
_ALERT_LABELS = (
    (
        names.SEVERITY,
        "Who is told: the platform's `severities`, or the `severity` of the SLO's tier of alerts.",
    ),
    (names.BURN_TIER, "`page` or `ticket`, whatever the severities are called; on burn-rate alerts."),
    (names.LONG_WINDOW, "The window that proves the burn; on burn-rate alerts."),
    (names.SHORT_WINDOW, "The window that ends the alert; on burn-rate alerts."),
)
_GROUPS = (
    (names.rule_group("<namespace>", "<service>", "<slo>", "fast"), "Raw windows, pages, lost telemetry."),
    (names.rule_group("<namespace>", "<service>", "<slo>", "long"), "Long windows, budget, tickets."),
    (names.pack_group("<namespace>", "<service>", "<pack>"), "An alert pack for one service."),
    (names.pack_group("<namespace>", "<service>", "<pack>", "<workload>"), "The same for one workload."),
    (names.cluster_pack_group("<pack>"), "An alert pack for the whole project."),
)
_TREE = (
    (names.rules_path("<namespace>", "<service>"), "All rules of one service."),
    (names.cluster_rules_path("<pack>"), "The rules of a pack for the whole project."),
    (names.rule_tests_path("<namespace>", "<service>"), "Tests of a service's packs, if they are delivered."),
    (
        names.slo_tests_path("<namespace>", "<service>", "<slo>", "<evaluation>"),
        "Trials of an SLO that evaluate equally often, for the first SLO of each form of rules.",
    ),
    (names.cluster_rule_tests_path("<pack>"), "Tests of a pack for the whole project."),
    (names.rule_object_path("<namespace>", "<service>"), "The same rules as a PrometheusRule, if delivered."),
    (names.cluster_rule_object_path("<pack>"), "The same of a pack for the whole project."),
    (names.INHIBIT_RULES_PATH, "Who silences whom in Alertmanager, if delivered."),
    (names.dashboard_path("<folder>", "<uid>"), "A dashboard; the folder is a slug of `grafana.folder`."),
    (names.PROVISIONING_PATH, "Grafana's provider of these dashboards."),
    (names.links_path("<namespace>", "<service>"), "Every link of one service, for programs."),
    (names.LINKS_INDEX_PATH, "Every link, for people."),
    (names.manifest_path("<project>"), "What the project owns: sha256, path and source of each file."),
)


def windows() -> Iterator[str]:
    """Write the built-in sets of burn-rate windows with their factors at common periods."""
    yield "## Burn-rate windows\n"
    yield (
        "A factor is the share of the budget x the period / the long window, and at least 1; "
        "[maths](maths.md) says why.\n"
    )
    periods = [Duration.parse(text) for text in ("7d", "30d", "90d")]
    head = ("alert", "share of the budget", "long window", "short window")
    for name, chosen in burn.built_in_windows().items():
        rows = [
            (
                code(names.alert_name(window.tier, window.speed)),
                f"{number(window.budget_percent)} %",
                str(window.long),
                str(window.short),
                *(number(burn.factor(window, period)) for period in periods),
            )
            for window in chosen
        ]
        yield f"### {name}\n\n{table((*head, *(f'factor at {period}' for period in periods)), rows)}"


def telemetry_profiles() -> Iterator[str]:
    """Write what each built-in profile reads."""
    yield "## Telemetry profiles\n"
    yield "[What is measured](telemetry.md), in sentences.\n"
    for name in PROFILES:
        profile = load_profile(name)
        yield f"### {name}\n"
        yield _protocols(profile)
        yield _dataplanes(profile)


def _protocols(profile: Profile) -> str:
    rows = [
        (
            code(key),
            code(protocol.requests),
            code(protocol.duration.metric) if protocol.duration else "",
            "; ".join(_failures(failure) for failure in protocol.failures.values()),
            _edges(protocol.duration) if protocol.duration else "",
        )
        for key, protocol in profile.protocols.items()
    ]
    return table(("protocol", "requests", "durations", "failures", "buckets"), rows)


def _failures(failure: FailureLabel) -> str:
    return f"{code(failure.label)} {', '.join(map(code, failure.values))}"


def _edges(histogram: Histogram) -> str:
    return ", ".join(map(number, histogram.buckets)) + f" {histogram.unit}"


def _dataplanes(profile: Profile) -> str:
    rows = [
        (
            code(plane.name) if reporter is plane.reporter() else "",
            code(reporter.name) if reporter.name else "the service itself",
            _labels(plane.identity),
            _labels(reporter.seen_by) or "all",
            _labels(reporter.unreached) if reporter.unreached else "nobody tells",
            ", ".join(map(code, plane.flags)) or "none",
            _labels(reporter.evidence) if reporter.evidence else "none",
            ", ".join(f"{code(key)} is {code(label)}" for key, label in plane.dimensions.items()) or "none",
        )
        for plane in profile.dataplanes.values()
        for reporter in plane.reporters.values()
    ]
    head = ("dataplane", "reporter", "identity", "counted", "never arrived", "flags", "evidence")
    return table((*head, "dimensions"), rows)


def _labels(labels: Mapping[str, str]) -> str:
    return ", ".join(code(f'{label}="{value}"') for label, value in labels.items())


def names_contract() -> Iterator[str]:
    """Write every public name."""
    identity = ", ".join(map(code, names.IDENTITY))
    yield "## Names\n"
    yield "These are a contract: a change would lose history in Prometheus or break links.\n"
    yield (
        f"### Records\n\nEach carries {identity}. What is measured also carries the platform's "
        "`identityLabels` and the SLO's groups; only `slo_info` has more.\n"
    )
    yield table(("record", "meaning"), _coded(_RECORDS))
    yield f"### Alerts\n\nLabels are {identity}, those below, and the labels of the service and the SLO.\n"
    yield table(("alert", "fires when"), [*_burn_alerts(), *_absent_alert()])
    yield table(("label", "meaning"), _coded(_ALERT_LABELS))
    yield f"Annotations: {', '.join(map(code, names.ANNOTATIONS))}, each where it is known.\n"
    yield f"Refused as labels of your own: {', '.join(map(code, sorted(names.RESERVED_LABELS)))}.\n"
    yield f"### Rule groups\n\n{table(('group', 'holds'), _coded(_GROUPS))}"
    uid = names.dashboard_uid("example", "service", "bookinfo", "reviews")
    yield (
        f"### Dashboards\n\nA uid is made of the dashboard's identity, such as `{uid}`, and is shortened by "
        "a hash beyond 40 characters. A panel's id is a hash of its dashboard, section and key: it stays "
        "when panels are added or moved.\n"
    )
    yield f"### Output tree\n\n{table(('path', 'content'), _coded(_TREE))}"


def _burn_alerts() -> Iterator[tuple[str, str]]:
    for window in burn.built_in_windows()["google-30d"]:
        share = f"{number(window.budget_percent)} % of a 30-day budget is spent within {window.long}"
        yield code(names.alert_name(window.tier, window.speed)), f"{share}, and the burn goes on."


def _absent_alert() -> Iterator[tuple[str, str]]:
    yield (
        code(names.ALERT_TELEMETRY_ABSENT),
        "The service has traffic or should have telemetry, and the SLI sees none.",
    )


def _coded(rows: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [(code(name), meaning) for name, meaning in rows]
