"""Every public name that Sightline writes: metrics, labels, alerts, groups, uids, files.

These are a contract (docs/reference.md): changing one loses history in Prometheus or breaks links. Nothing
else in the package spells them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

# Labels that identify an SLO on every recorded series; the platform's identity labels and groups come after.
NAMESPACE = "namespace"
SERVICE = "service"
SLO = "slo"
IDENTITY = (NAMESPACE, SERVICE, SLO)

# Label of the rules of a pack that is made for each workload.
WORKLOAD_LABEL = "workload"

# Labels that Sightline adds to alerts.
SEVERITY = "severity"
BURN_TIER = "burn_tier"
LONG_WINDOW = "long_window"
SHORT_WINDOW = "short_window"
ALERT_LABELS = (SEVERITY, BURN_TIER, LONG_WINDOW, SHORT_WINDOW)

# Labels that dashboards show of each SLO, where a service has them.
TEAM = "team"
TIER = "tier"
SHOWN_LABELS = frozenset({TEAM, TIER})

# Labels that a user may not set on an SLO: they would overwrite the identity or Prometheus' own.
RESERVED_LABELS = frozenset(
    {
        *IDENTITY,
        *ALERT_LABELS,
        "alertname",
        "alertstate",
        "dashboard",
        "le",
        "objective",
        "period",
        "__name__",
    }
)

OBJECTIVE = "slo:objective:ratio"
ERROR_BUDGET = "slo:error_budget:ratio"
TIME_PERIOD = "slo:time_period:days"
CURRENT_BURN_RATE = "slo:current_burn_rate:ratio"
PERIOD_BURN_RATE = "slo:period_burn_rate:ratio"
BUDGET_REMAINING = "slo:period_error_budget_remaining:ratio"
PERIOD_COVERAGE = "slo:period_coverage:ratio"
INFO = "slo_info"
SLO_RECORDS = ("slo:", INFO)
"""How the names of all records of SLOs begin: public, whether or not anything here reads them."""

# What a rule says of the SLO itself: these are not measured, and know no group.
CONSTANTS = frozenset({OBJECTIVE, ERROR_BUDGET, TIME_PERIOD, INFO})

ALERT_TELEMETRY_ABSENT = "SLITelemetryAbsent"

ANNOTATIONS = ("summary", "description", "runbook_url", "dashboard", "kiali", "jaeger", "traces", "logs")

_CLUSTER = "_cluster"  # stands where a namespace does; namespaces are slugs and cannot be called so
_UID_LIMIT = 40  # Grafana refuses longer uids (facts: pkg/services/dashboards/errors.go)
_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def events_record(outcome: str, window: str) -> str:
    """Record of events per second, `outcome` being `total` or `bad`."""
    return f"slo:events_{outcome}:rate{window}"


def staged_record(outcome: str, interval: str) -> str:
    """Record that sums the fast group's event records of one long interval (`2m`): what long windows read."""
    return f"slo:events_{outcome}:rate5m_sum{interval}"


def error_ratio_record(window: str) -> str:
    """Record of bad events over all events in `window`, between 0 and 1."""
    return f"slo:sli_error:ratio_rate{window}"


def alert_name(tier: str, speed: str) -> str:
    """Name of a burn-rate alert, for example `SLOBurnRatePageFast`."""
    return f"SLOBurnRate{tier.capitalize()}{speed.capitalize()}"


def rule_group(namespace: str, service: str, slo: str, speed: str) -> str:
    """Name of an SLO's rule group; `speed` is `fast` or `long`. Slugs hold no dot, so names cannot clash."""
    return f"slo.{namespace}.{service}.{slo}.{speed}"


def pack_group(namespace: str, service: str, pack: str, workload: str = "") -> str:
    """Name of the rule group that an alert pack fills for one service, or for one workload of it."""
    return ".".join(filter(None, ("pack", namespace, service, pack, workload)))


def cluster_pack_group(pack: str) -> str:
    """Name of the rule group of a pack for the whole project; no namespace begins with an underscore."""
    return f"pack.{_CLUSTER}.{pack}"


def rules_path(namespace: str, service: str) -> str:
    """Path of a service's Prometheus rules in the output tree."""
    return f"prometheus/rules/{namespace}/{service}.yaml"


def cluster_rules_path(pack: str) -> str:
    """Path of the rules of a pack for the whole project."""
    return f"prometheus/rules/{_CLUSTER}/{pack}.yaml"


def rule_tests_path(namespace: str, service: str) -> str:
    """Path of the unit tests of a service's rules."""
    return f"prometheus/tests/{namespace}/{service}_test.yaml"


def slo_tests_path(namespace: str, service: str, slo: str, evaluation: str) -> str:
    """Path of the trials of an SLO that evaluate equally often. Slugs hold no dot, so paths cannot clash."""
    return f"prometheus/tests/{namespace}/{service}.{slo}.{evaluation}_test.yaml"


def cluster_rule_tests_path(pack: str) -> str:
    """Path of the unit tests of a pack for the whole project."""
    return f"prometheus/tests/{_CLUSTER}/{pack}_test.yaml"


def rule_object(project: str, name: str) -> str:
    """Name of the Kubernetes object that holds rules; slugs hold no dot, so names cannot clash."""
    return f"{project}.{name}"


def rule_object_path(namespace: str, service: str) -> str:
    """Path of a service's PrometheusRule in the output tree."""
    return f"prometheus/operator/{namespace}/{service}.yaml"


def cluster_rule_object_path(pack: str) -> str:
    """Path of the PrometheusRule of a pack for the whole project."""
    return f"prometheus/operator/{_CLUSTER}/{pack}.yaml"


def links_path(namespace: str, service: str) -> str:
    """Path of a service's links in the output tree."""
    return f"links/{namespace}/{service}.json"


def runbook_path(namespace: str, service: str) -> str:
    """Path of a service's runbook in the output tree."""
    return f"runbooks/{namespace}/{service}.md"


def backstage_path(namespace: str, service: str) -> str:
    """Path of the annotations of a service's entity in Backstage."""
    return f"backstage/{namespace}/{service}.yaml"


def kiali_health_path(namespace: str, service: str) -> str:
    """Path of the patch that tells Kiali a service's thresholds."""
    return f"kiali/health/{namespace}/{service}.yaml"


KIALI_PATH = "kiali/kiali.yaml"
JAEGER_UI_PATH = "jaeger/ui.json"


def data_sources_path(project: str) -> str:
    """Path of a project's data sources for Grafana's provisioning."""
    return f"grafana/datasources/{project}.yaml"


INHIBIT_RULES_PATH = "alertmanager/inhibit_rules.yaml"
LINKS_INDEX_PATH = "links/README.md"
PROVISIONING_PATH = "grafana/provisioning/dashboards.yaml"


def dashboard_path(folder: str, uid: str) -> str:
    """Path of a dashboard in the output tree."""
    return f"grafana/dashboards/{folder}/{uid}.json"


def manifest_path(project: str) -> str:
    """Path of a project's manifest in the output tree."""
    return f".sightline/{project}.manifest"


def is_slug(text: str) -> bool:
    """Whether `text` may be an identifier: a DNS label (RFC 1123), 1 to 63 of `a-z 0-9 -`."""
    return _SLUG.fullmatch(text) is not None


def slug(text: str) -> str:
    """An identifier made from free text; letters outside ASCII are decomposed or dropped."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:63].strip("-")


def dashboard_uid(project: str, kind: str, *parts: str) -> str:
    """Grafana uid of a dashboard: a slug of its identity, hashed deterministically when it would be too long.

    Parts are slugs. The double hyphen keeps `a-b` + `c` and `a` + `b-c` apart.
    """
    return joined_uid(project, kind, *parts)


def joined_uid(*parts: str) -> str:
    """A uid of parts that are slugs, or uids already."""
    uid = "--".join(parts)
    if len(uid) <= _UID_LIMIT:
        return uid
    digest = hashlib.sha256(uid.encode()).hexdigest()[:10]
    return f"{uid[: _UID_LIMIT - 11].rstrip('-')}-{digest}"


def folder(title: str, default: str = "") -> str:
    """Directory of a folder's dashboards: a slug of its title, or `default` where nothing is left of it."""
    return slug(title) or default or f"folder-{hashlib.sha256(title.encode()).hexdigest()[:10]}"


def panel_id(dashboard: str, section: str, panel: str, taken: set[int]) -> int:
    """A panel's id from what it is, not from where it stands, so that inserting a panel changes no other.

    A positive 31-bit hash of the three keys; a clash with `taken` is resolved by hashing again. The id is
    added to `taken`.
    """
    attempt = 0
    while True:
        seed = "\0".join((dashboard, section, panel, str(attempt)))
        number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4]) & 0x7FFFFFFF
        if number and number not in taken:
            taken.add(number)
            return number
        attempt += 1
