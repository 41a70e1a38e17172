"""What a platform's settings must fulfil together."""

from __future__ import annotations

from generator.diagnostics import Diagnostics
from generator.names import RESERVED_LABELS
from generator.promql.duration import Duration
from generator.promql.target import NATIVE_HISTOGRAMS, Target
from generator.spec import tokens
from generator.spec.model import Platform
from generator.spec.service.logs import check_selector
from generator.spec.telemetry import known_profiles
from generator.spec.tiers import Tiers
from generator.telemetry import PROFILES


def check_platform(platform: Platform, tiers: Tiers, diagnostics: Diagnostics) -> None:
    """Report settings that contradict each other or Prometheus."""
    _check_intervals(platform, diagnostics)
    _check_external_labels(platform, diagnostics)
    _check_formats(platform, diagnostics)
    _check_default_tier(platform, tiers, diagnostics)
    _check_templates(platform, diagnostics)
    _check_default_profile(platform, diagnostics)
    _check_native_histograms(platform, diagnostics)


def _check_intervals(platform: Platform, diagnostics: Diagnostics) -> None:
    lookback = Duration.parse("5m")
    short_place = platform.at.get("defaults.interval") or platform.at.get("prometheus.evaluationInterval")
    long_place = platform.at.get("defaults.longInterval")
    for field, interval, place in (
        ("interval", platform.interval, short_place),
        ("longInterval", platform.long_interval, long_place),
    ):
        if interval >= lookback:
            diagnostics.error(
                "platform/interval",
                f"an interval of {interval} is not below Prometheus' lookback of {lookback}",
                place,
                cause="a series written less often than the lookback disappears between its samples.",
                fix=f"write 4m or less as defaults.{field}.",
            )
    if platform.long_interval.milliseconds % platform.interval.milliseconds:
        diagnostics.error(
            "platform/interval",
            f"the long interval {platform.long_interval} is not a multiple of the interval "
            f"{platform.interval}",
            long_place or short_place,
            cause="each record of the fast group must be read exactly once by the long group.",
            fix="write 30s as defaults.interval and 2m as defaults.longInterval, or others of this kind.",
        )
    scrape = platform.prometheus.scrape_interval
    if scrape.milliseconds * 4 > lookback.milliseconds:
        diagnostics.error(
            "platform/scrape-interval",
            f"with a scrape interval of {scrape} the 5m window holds fewer than four scrapes",
            platform.at.get("prometheus.scrapeInterval"),
            cause="rates over fewer than four samples lose one missed scrape as a quarter of the traffic.",
            fix="scrape at least every 75s.",
        )


def _check_external_labels(platform: Platform, diagnostics: Diagnostics) -> None:
    for label in platform.prometheus.external_labels:
        if label in RESERVED_LABELS or label in platform.identity_labels:
            identity = label in platform.identity_labels
            diagnostics.error(
                "platform/external-label",
                f'the external label "{label}" is {"an identity label" if identity else "reserved"}, too',
                platform.at.get("prometheus.externalLabels"),
                cause="Prometheus adds external labels to what leaves it; its own rules would sum by a label "
                "that no series has."
                if identity
                else "Sightline sets it itself, and Prometheus adds no external label that is there already.",
                fix="remove it from identityLabels: what leaves this Prometheus carries it anyway."
                if identity
                else "rename the external label.",
            )


def _check_formats(platform: Platform, diagnostics: Diagnostics) -> None:
    if "prometheus-tests" in platform.delivery and "prometheus" not in platform.delivery:
        diagnostics.error(
            "platform/tests-without-rules",
            "prometheus-tests are delivered without the rules that they test",
            platform.at.get("delivery"),
            cause="promtool passes a test whose rule file is not there.",
            fix="add {format: prometheus}.",
        )


def _check_default_tier(platform: Platform, tiers: Tiers, diagnostics: Diagnostics) -> None:
    if platform.tier and platform.tier not in tiers.by_name:
        diagnostics.error(
            "service/unknown-tier",
            f'no tier is called "{platform.tier}"',
            platform.at.get("defaults.tier"),
            fix="define it under tiers.",
        )


def _check_templates(platform: Platform, diagnostics: Diagnostics) -> None:
    """Report templates of names that cannot be filled, and a selector of logs that selects nothing."""
    for field, template in (
        ("tracing.serviceName", platform.tracing.service_name),
        ("logs.selector", platform.logs.selector),
        ("runbook", platform.runbook),
    ):
        tokens.check_tokens(field, template, platform.at.get(field), diagnostics)
    if platform.logs.selector:
        example = tokens.fill(platform.logs.selector, dict.fromkeys(tokens.TOKENS, "name"))
        check_selector(example, platform.logs.kind, platform.at.get("logs.selector"), diagnostics)


def _check_default_profile(platform: Platform, diagnostics: Diagnostics) -> None:
    known = {*PROFILES, *platform.telemetry_profiles, *platform.damaged_profiles}
    if platform.profile not in known:
        diagnostics.error(
            "service/unknown-profile",
            f'no telemetry profile is called "{platform.profile}"',
            platform.at.get("defaults.profile"),
            fix=known_profiles(platform.profile, platform.telemetry_profiles),
        )


def _check_native_histograms(platform: Platform, diagnostics: Diagnostics) -> None:
    """Report profiles with native histograms for a Prometheus that does not store them."""
    target = Target.of(platform.prometheus.version, platform.prometheus.flags)
    if target.has(NATIVE_HISTOGRAMS):
        return
    flag = NATIVE_HISTOGRAMS.flag
    for name, profile in platform.telemetry_profiles.items():
        if any(one.duration and one.duration.native for one in profile.protocols.values()):
            diagnostics.error(
                "profile/native-histograms",
                f"{target} stores no native histograms",
                platform.at.get(f"telemetryProfiles.{name}"),
                cause=f"they came with 2.40, and need the flag {flag} up to 3.8.",
                fix=f"start it with --enable-feature={flag} and list the flag under prometheus.flags, or "
                "leave native out to read the classic histogram.",
            )
