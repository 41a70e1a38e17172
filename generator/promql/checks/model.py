"""What the checks share: findings, and what is known of series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.diagnostics import Severity
from generator.promql.build import Matcher
from generator.promql.catalogue import Catalogue, Metric, Series
from generator.promql.outline import Grouped, Selected
from generator.promql.regex import matches
from generator.promql.target import Target

# Series that Prometheus makes itself (documentation, "Jobs and instances" and "Alerting rules"); their labels
# depend on the targets.
_OWN_SERIES = frozenset(
    {
        "ALERTS",
        "ALERTS_FOR_STATE",
        "scrape_duration_seconds",
        "scrape_samples_post_metric_relabeling",
        "scrape_samples_scraped",
        "scrape_series_added",
        "up",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A mistake in an expression.

    `word` is the name or the string's value to point at. `selects_nothing` says that the part of the
    expression that it stands in has no result: excusable in one branch of an `or`.
    """

    code: str
    message: str
    word: str
    cause: str
    fix: str
    severity: Severity = Severity.ERROR
    selects_nothing: bool = False


@dataclass(slots=True, eq=False)
class Known:
    """Everything known of the series that expressions may read; made once per run.

    `recorded` maps the name of each recording rule to the labels of its series. Expressions may use what
    `target` has; None where nothing is known of the Prometheus that evaluates them.
    """

    catalogue: Catalogue | None
    recorded: Mapping[str, frozenset[str]]
    target: Target | None = None
    judged: dict[Selected | Grouped, tuple[Finding, ...]] = field(default_factory=dict)
    _recorded_series: dict[str, Series] = field(init=False)

    def __post_init__(self) -> None:
        self._recorded_series = {name: _recorded(name, labels) for name, labels in self.recorded.items()}

    def series(self, name: str | None) -> Series | None:
        """The series called `name`, or None where nothing is known of their labels."""
        if name is None:
            return None
        found = self._recorded_series.get(name)
        return found or (self.catalogue.series.get(name) if self.catalogue else None)

    def exists(self, name: str) -> bool:
        """Whether there are series called `name`."""
        return name in _OWN_SERIES or self.series(name) is not None

    @property
    def names(self) -> frozenset[str]:
        """The names of all series."""
        return _OWN_SERIES.union(self._recorded_series, self.catalogue.series if self.catalogue else ())


def _recorded(name: str, labels: frozenset[str]) -> Series:
    return Series(name, Metric(name=name, type="gauge", label_sets=(labels,)), labels, labels)


def passes(matcher: Matcher, value: str) -> bool:
    """Whether a series whose label is `value` (empty where it has none) passes the matcher."""
    wanted = str(matcher.value)
    match matcher.op:
        case "=":
            return value == wanted
        case "!=":
            return value != wanted
        case "=~":
            return matches(wanted, value)
        case "!~":
            return not matches(wanted, value)
