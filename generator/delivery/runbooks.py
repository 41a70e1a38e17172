"""Runbooks: one Markdown page per service, with what each alert means and what to look at, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from importlib import resources
from typing import TYPE_CHECKING, Any

from generator import names
from generator.delivery import markdown
from generator.delivery.artifact import Artifact
from generator.links import NamedLink, runbooks, service_links, silence_of
from generator.links.url import UnsafeUrlError, safe_link
from generator.links.window import RecentWindow
from generator.promql.build import number
from generator.promql.duration import Duration
from generator.rules.links import WITHOUT_WINDOW
from generator.rules.model import RuleGroup
from generator.rules.slo import CompiledSLO
from generator.rules.words import in_words
from generator.spec.model import BurnAlert, Keep, Platform, Project, Service
from generator.spread import Spread
from generator.telemetry.flags import FLAGS

if TYPE_CHECKING:
    from jinja2 import Template

Compiled = tuple[Service, tuple[CompiledSLO, ...], tuple[RuleGroup, ...]]
"""A service, its SLOs, and the rule groups of its SLOs and packs."""

# What an application must pass on with the calls that it makes, or a trace ends with it (istio.io, "Trace
# context propagation").
HEADERS = (
    "x-request-id", "traceparent", "tracestate", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid",
    "x-b3-sampled", "x-b3-flags", "b3",
)  # fmt: skip
_SECOND = Duration.parse("1s")
_MILLION = 1_000_000
# In the order in which to look: how bad and since when; who; which requests; why.
_STEPS = (
    ("dashboard", "How bad is it, since when, and which SLO?"),
    ("alerts", "What else fires, and is anything silenced?"),
    ("graph", "Is it this service, or one that it calls?"),
    ("errors", "Which requests fail, and where in their path?"),
    ("slow", "Which requests are slow, and where do they wait?"),
    ("logs", "What do its logs say at that time?"),
)
_IN_ALERTS = frozenset({"dashboard", "graph", "errors", "slow", "logs"})


@dataclass(frozen=True, slots=True)
class _Plain:
    """Markdown of ours, or text that has been escaped."""

    text: str

    def __str__(self) -> str:
        return self.text


def artifacts(project: Project, compiled: Iterable[Compiled], spread: Spread = map) -> Iterator[Artifact]:
    """`runbooks/<namespace>/<service>.md` for each service that has an alert, made as `spread` does it."""
    alerting = [one for one in compiled if any(rule.alert for group in one[2] for rule in group.rules)]
    pages = spread(partial(_page, project.platform), alerting)
    for (service, _, _), page in zip(alerting, pages, strict=True):
        yield Artifact(names.runbook_path(service.namespace, service.name), page, service.source)


def _page(platform: Platform, compiled: Compiled) -> str:
    service, slos, groups = compiled
    slow = min((slo.events.slow for slo in slos if slo.events.slow), default=None)
    links = service_links(platform, service, slow).links
    ways_out = _WaysOut(platform, service)
    text = _template().render(
        service=service,
        source=_Plain(" ".join(service.source.split()).replace("--", "- -")),
        description=_Plain(markdown.paragraph(service.description)),
        labels=sorted(service.labels.items()),
        steps=list(_steps({link.kind: link for link in links})),
        more=list(_more(platform, service, links)),
        slos=[_slo(ways_out, slo) for slo in slos if slo.slo.has_budget],
        packs=list(_packs(ways_out, groups)),
        flags=FLAGS if service.dataplane != "none" else (),
        headers=HEADERS if service.dataplane != "none" else (),
        keep=list(_kept(service.keep)) if service.keep else [],
        head=number(platform.tracing.head_percent) if platform.tracing.head_percent is not None else "",
        tracing_service=service.edge.tracing_service,
    )
    return f"{text.rstrip()}\n"


@cache
def _template() -> Template:
    """The page; what stands between its marks is escaped unless it is `_Plain`."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # `finalize` escapes, for Markdown
        finalize=lambda value: str(value) if isinstance(value, _Plain) else markdown.text(str(value)),
    )
    text = resources.files("generator.delivery").joinpath("runbook.md.jinja").read_text(encoding="utf-8")
    return environment.from_string(text)


def _link(link: NamedLink) -> _Plain:
    return _Plain(markdown.link(link.title, link.url))


def _more(platform: Platform, service: Service, links: tuple[NamedLink, ...]) -> Iterator[_Plain]:
    """The team's own links, and the runbook that this page takes the place of."""
    for link in links:
        if link.system == "user" and link.url != runbooks.page(platform, service):
            yield _link(link)
    if runbooks.page(platform, service) and "runbook" not in service.at and service.runbook:
        try:
            yield _Plain(markdown.link("Runbook of the platform", safe_link(service.runbook)))
        except UnsafeUrlError:
            return  # which has been reported


def _steps(links: dict[str, NamedLink]) -> Iterator[dict[str, Any]]:
    for kind, question in _STEPS:
        if kind in links:
            yield {"question": question, "link": _link(links[kind]), "note": links[kind].note}


class _WaysOut:
    """What leads out of the alerts of a service; what shows one time is built once."""

    def __init__(self, platform: Platform, service: Service) -> None:
        self._platform, self._service = platform, service
        self._built: dict[tuple[Duration, Duration | None], dict[str, Any]] = {}

    def of(self, alert: str, window: Duration, slow: Duration | None, slo: str = "") -> dict[str, Any]:
        """How long an alert looks back, links to that time in order, and the one that silences it alone."""
        shown = self._built.get((window, slow))
        if shown is None:
            shown = self._built[window, slow] = {"long": str(window), "links": [*self._links(window, slow)]}
        silence = silence_of(self._platform, self._service, alert, slo)
        return shown | {"silence": _link(silence) if silence else ""}

    def _links(self, window: Duration, slow: Duration | None) -> Iterator[_Plain]:
        """The first link of each kind, without failed traces where slow ones are asked for, and otherwise."""
        left_out = "errors" if slow else "slow"
        first: dict[str, NamedLink] = {}
        shown = RecentWindow(max(window, _SECOND))
        for link in service_links(self._platform, self._service, slow, shown).links:
            if link.kind in _IN_ALERTS and link.kind != left_out:
                first.setdefault(link.kind, link)
        yield from map(_link, first.values())


def _slo(ways_out: _WaysOut, compiled: CompiledSLO) -> dict[str, Any]:
    slo = compiled.slo
    allowed = slo.budget * slo.period.milliseconds
    told = [_burn(ways_out, compiled, alert) for alert in slo.burn_alerts]
    written = {rule.alert for group in compiled.groups for rule in group.rules}
    if names.ALERT_TELEMETRY_ABSENT in written:
        absent = names.ALERT_TELEMETRY_ABSENT
        told.append(
            {"heading": runbooks.slo_heading(slo.name, absent), "burn": None}
            | ways_out.of(absent, WITHOUT_WINDOW, compiled.events.slow, slo.name)
        )
    return {
        "name": slo.name,
        "objective": number(slo.objective),
        "description": slo.description,
        "period": str(slo.period),
        "budget": number(slo.budget * 100),
        "per_million": number(slo.budget * _MILLION),
        "outage": in_words(allowed),
        "unit": compiled.events.unit,
        "slow": str(compiled.events.slow) if compiled.events.slow else "",
        "alerts": told,
    }


def _burn(ways_out: _WaysOut, compiled: CompiledSLO, alert: BurnAlert) -> dict[str, Any]:
    """What one burn-rate alert says, with links to the time that it looks at."""
    slo, window = compiled.slo, alert.window
    spent = alert.factor * window.long.milliseconds / slo.period.milliseconds * 100
    name = names.alert_name(window.tier, window.speed)
    return {
        "heading": runbooks.slo_heading(slo.name, name),
        "burn": number(_short(alert.factor)),
        "threshold": number(_short(alert.threshold * 100)),
        "short": str(window.short),
        "spent": number(_short(spent)),
        "lasts": in_words(Decimal(slo.period.milliseconds) / alert.factor),
        "page": window.tier == "page",
        **ways_out.of(name, window.long, compiled.events.slow, slo.name),
    }


def _packs(ways_out: _WaysOut, groups: tuple[RuleGroup, ...]) -> Iterator[dict[str, Any]]:
    """The alerts of packs: their words where those are no templates, and their expressions."""
    seen: set[str] = set()
    for group in groups:
        if not group.name.startswith("pack."):
            continue
        pack = group.name.split(".")[3]
        for rule in group.rules:
            heading = runbooks.pack_heading(pack, rule.alert)
            if rule.alert and heading not in seen:
                seen.add(heading)
                words = [rule.annotations.get(name, "") for name in ("summary", "description")]
                yield {
                    "heading": heading,
                    "words": [word for word in words if word and "{{" not in word],
                    "expr": _Plain(markdown.fenced(rule.expr, "promql")),
                    **ways_out.of(rule.alert, WITHOUT_WINDOW, None),
                }


def _kept(keep: Keep) -> Iterator[str]:
    if keep.errors is not None:
        yield f"{number(keep.errors)} % of those with an error"
    if keep.slower_than:
        yield f"all that took {keep.slower_than} or longer"
    if keep.operations:
        yield f"all of {', '.join(keep.operations)}"
    for header in keep.headers:
        yield f"all with the header {header.name}" + (f": {header.value}" if header.value else "")
    if keep.remainder is not None:
        yield f"{number(keep.remainder)} % of all others"


def _short(value: Decimal) -> Decimal:
    """At most four significant digits, for prose."""
    return Decimal(f"{value:.4g}")
