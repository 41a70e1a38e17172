"""`keep_firing_for`: which Prometheus has it, and who asks for it."""

from __future__ import annotations

from generator.diagnostics import Diagnostics
from generator.spec.content import PackRule
from generator.spec.model import Platform, Tier

_SINCE = (2, 42)


def knows_keep_firing(platform: Platform) -> bool:
    """Whether the target has `keep_firing_for` (Prometheus 2.42)."""
    major, minor = platform.prometheus.version.split(".")[:2]
    return (int(major), int(minor)) >= _SINCE


def check_keep_firing(platform: Platform, asking: Tier | PackRule, diagnostics: Diagnostics) -> None:
    """Report a `keepFiringFor` for which the target would refuse the whole file."""
    if asking.keep_firing_for and not knows_keep_firing(platform):
        diagnostics.error(
            "alert/keep-firing-for",
            f"Prometheus {platform.prometheus.version} does not know keep_firing_for",
            asking.at.get("keepFiringFor"),
            cause="it would refuse the whole rule file.",
            fix="leave it out, or raise prometheus.version in the platform's file to 2.42 or newer.",
        )
