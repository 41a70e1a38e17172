"""What is written for Alertmanager: read by its own tool, and judged by its rules of inhibition."""

from __future__ import annotations

import re
import subprocess

import pytest
import yaml
from pages import ROOT

RULES = ROOT / "out" / "alertmanager" / "inhibit_rules.yaml"
CONFIGURATION = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"
IDENTITY = {"namespace": "boutique", "slo": "availability"}


@pytest.mark.engine
def test_it_is_a_part_of_a_configuration(tmp_path):
    file = tmp_path / "alertmanager.yml"
    file.write_text(CONFIGURATION + RULES.read_text("utf-8"), "utf-8")
    done = subprocess.run(["amtool", "check-config", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{len(rules())} inhibit rules" in done.stdout


def rules():
    return yaml.safe_load(RULES.read_text("utf-8"))["inhibit_rules"]


def matches(matchers: list[str], labels: dict[str, str]) -> bool:
    """Whether an alert fulfils all matchers; a regular expression matches the whole value."""
    for matcher in matchers:
        label, operator, value = re.fullmatch(r'(\w+)(=~|=)"(.*)"', matcher).groups()
        given = labels.get(label, "")
        if not (given == value if operator == "=" else re.fullmatch(value, given)):
            return False
    return True


def inhibits(source: dict[str, str], target: dict[str, str]) -> bool:
    """Whether one alert silences another; a missing label is an empty one."""
    return any(
        matches(rule["source_matchers"], source)
        and matches(rule["target_matchers"], target)
        and all(source.get(label, "") == target.get(label, "") for label in rule["equal"])
        for rule in rules()
    )


def alert(name: str, service: str, **labels: str) -> dict[str, str]:
    tier = "page" if "Page" in name else "ticket"
    return {**IDENTITY, "alertname": name, "service": service, "burn_tier": tier, **labels}


PAGE, SLOW = "SLOBurnRatePageFast", "SLOBurnRatePageSlow"
TICKET, SLOW_TICKET = "SLOBurnRateTicketFast", "SLOBurnRateTicketSlow"


@pytest.mark.parametrize(
    ("source", "target", "verdict"),
    [
        (alert(PAGE, "frontend"), alert(TICKET, "frontend"), True),
        (alert(PAGE, "frontend"), alert(SLOW, "frontend"), True),
        (alert(TICKET, "frontend"), alert(SLOW_TICKET, "frontend"), True),
        (alert(TICKET, "frontend"), alert(PAGE, "frontend"), False),
        (alert(SLOW, "frontend"), alert(PAGE, "frontend"), False),
        (alert(PAGE, "frontend"), alert(TICKET, "frontend", slo="latency"), False),
        (alert(PAGE, "frontend"), alert(TICKET, "adservice"), False),
        (alert(PAGE, "paymentservice"), alert(PAGE, "checkout", slo="availability"), True),
        (alert(PAGE, "checkoutservice", slo="latency"), alert(PAGE, "checkout"), True),
        (alert(TICKET, "paymentservice"), alert(PAGE, "checkout"), False),
        (alert(PAGE, "paymentservice"), alert(TICKET, "checkout"), False),
        (alert(PAGE, "adservice"), alert(PAGE, "checkout"), False),
        (alert(PAGE, "checkout"), alert(PAGE, "paymentservice"), False),
        (
            alert(PAGE, "reviews", destination_canonical_revision="v2"),
            alert(TICKET, "reviews", destination_canonical_revision="v3"),
            False,
        ),
    ],
)
def test_who_silences_whom(source, target, verdict):
    assert inhibits(source, target) is verdict
