"""An alert's whole way on real programs: proxies are scraped, generated rules fire, somebody is called.

Windows are seconds, by a set of the project's own. At an objective of 95 % over a day, 0.07 % of the budget
in 10 s is a burn rate of 0.0007 x 86400 / 10 = 6.048, and a share of 30.24 % failures; 0.1 % in 20 s is 4.32
and 21.6 %, 0.2 % in a minute 2.88 and 14.4 %, 0.1 % in a minute 1.44 and 7.2 %.

In an outage 60 % of the requests fail, and of the others 20 % are slow: for the availability that is more
than any threshold, for the latency more than those of the tickets and less than those of the pages.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from engine.alertmanager import Notified, seconds
from engine.live import PATIENCE, Live, running

from generator.links.grammar import alertmanager as alertmanager_grammar
from generator.links.grammar import grafana as grafana_grammar
from generator.links.grammar import jaeger as jaeger_grammar
from generator.links.grammar import kiali as kiali_grammar

PAGES = {"SLOBurnRatePageFast", "SLOBurnRatePageSlow"}
TICKETS = {"SLOBurnRateTicketFast", "SLOBurnRateTicketSlow"}
FAILING, SLOW = 0.6, 0.2

pytestmark = pytest.mark.engine


def test_an_outage_calls_somebody_and_its_end_is_told(tmp_path, repetition):
    with running(tmp_path) as live:
        quiet_while_healthy(live)
        live.traffic.behave("reviews", failing=FAILING, slow=SLOW)
        pages = paged(live)
        assert_says_what_is_wrong(pages["SLOBurnRatePageFast"])
        assert_links_ask_alertmanager_for_the_right_alerts(live)
        tickets_wait_while_somebody_is_called(live)
        live.traffic.behave("reviews")
        the_end_is_told(live)
        assert {each.labels["service"] for each in live.webhook.notified()} == {"reviews"}


def quiet_while_healthy(live: Live) -> None:
    """Half of the longest window, and nothing has happened."""
    seen = 'count_over_time(slo:events_total:rate1m{service="reviews",slo="availability"}[1m]) >= 30'
    live.wait("half a minute of records", lambda: live.prometheus.instant(seen, time.time()))
    ratios = live.prometheus.instant('{__name__=~"slo:sli_error:ratio_rate.+"}', time.time())
    windows = {each.labels["__name__"].removeprefix("slo:sli_error:ratio_rate") for each in ratios}
    assert windows == {"3s", "10s", "20s", "1m", "5m", "1d"}
    assert {value for each in ratios for value in each.values} == {0.0}
    assert live.firing() == set()
    assert live.webhook.notified() == []


def paged(live: Live) -> dict[str, Notified]:
    """The pages for the availability by name, once both have come."""

    def both() -> dict[str, Notified] | None:
        found = {
            each.labels["alertname"]: each for each in live.webhook.notified(_of("availability", "pages"))
        }
        return found if found.keys() >= PAGES else None

    pages = live.wait("both pages", both)
    assert pages.keys() == PAGES
    assert {page.status for page in pages.values()} == {"firing"}
    return pages


def assert_says_what_is_wrong(page: Notified) -> None:
    """Every label and annotation, typed by hand."""
    assert page.labels == {
        "alertname": "SLOBurnRatePageFast",
        "burn_tier": "page",
        "cluster": "east",
        "long_window": "10s",
        "namespace": "bookinfo",
        "service": "reviews",
        "severity": "page",
        "short_window": "3s",
        "slo": "availability",
        "team": "catalog",
    }
    said = dict(page.annotations)
    assert said.pop("summary") == "Reviews / availability burns its error budget 6.048 times too fast"
    description = re.fullmatch(
        r"More than 30\.24 % of events failed in the last 10s and in the last 3s \(([0-9.]+)% now\); "
        r"95 % over 1 day allow 5 %\. At this rate the whole budget lasts 4 hours\.",
        said.pop("description"),
    )
    assert description
    # The last 3 s may lie in the outage wholly or in part.
    assert 30.24 < float(description[1]) < 60.5
    assert said.pop("runbook_url") == "https://runbooks.example.com/reviews"
    assert said.pop("kiali") == (
        "https://kiali.example.com/console/namespaces/bookinfo/services/reviews"
        "?tab=metrics&duration=60&reporter=destination&quantiles=0.95%200.99"
    )
    dashboard = urlsplit(said.pop("dashboard"))
    assert dashboard._replace(query="").geturl() == (
        "https://grafana.example.com/d/live--service--bookinfo--reviews"
    )
    assert_shows_the_window(parse_qs(dashboard.query), "from", "to", 1000)
    jaeger = urlsplit(said.pop("jaeger"))
    assert jaeger._replace(query="").geturl() == "https://jaeger.example.com/search"
    asked = parse_qs(jaeger.query)
    assert (asked["service"], asked["tags"]) == (["reviews.bookinfo"], ['{"error":"true"}'])
    assert_shows_the_window(asked, "start", "end", 1_000_000)
    logs = grafana_grammar.parse(said.pop("logs"), "https://grafana.example.com")
    (pane,) = json.loads(dict(logs.query)["panes"]).values()
    (query,) = pane["queries"]
    assert (pane["datasource"], query["expr"]) == ("loki", '{namespace="bookinfo", app="reviews"}')
    assert_shows_the_window({edge: [time_] for edge, time_ in pane["range"].items()}, "from", "to", 1000)
    kiali_grammar.parse(page.annotations["kiali"], "https://kiali.example.com")
    grafana_grammar.parse(page.annotations["dashboard"], "https://grafana.example.com")
    jaeger_grammar.parse(page.annotations["jaeger"], "https://jaeger.example.com")
    assert said == {}


def assert_links_ask_alertmanager_for_the_right_alerts(live: Live) -> None:
    """What the links have as a filter selects, in a real Alertmanager, the alerts that they are about."""
    links = {
        link["kind"]: link["url"]
        for link in json.loads((live.generated / "links/bookinfo/reviews.json").read_text("utf-8"))["links"]
        if link["system"] == "alertmanager"
    }
    assert links.keys() == {"alerts", "silence"}
    held = _fingerprints(
        each for each in live.alertmanager.alerts() if each["labels"]["service"] == "reviews"
    )
    assert len(held) >= len(PAGES)
    for url in links.values():
        assert _fingerprints(live.alertmanager.alerts(*_matchers(url))) >= held
    runbook = (live.generated / "runbooks/bookinfo/reviews.md").read_text("utf-8")
    section = runbook.partition("### SLOBurnRatePageFast of availability\n")[2]
    one = re.search(r"\[silence this alert\]\((.*?)\)", section)
    assert one
    (alert,) = live.alertmanager.alerts(*_matchers(one[1]))
    assert (alert["labels"]["alertname"], alert["labels"]["slo"]) == ("SLOBurnRatePageFast", "availability")
    others = json.loads((live.generated / "links/bookinfo/ratings.json").read_text("utf-8"))["links"]
    (url,) = (link["url"] for link in others if link["kind"] == "alerts")
    assert live.alertmanager.alerts(*_matchers(url)) == []


def _fingerprints(alerts: Iterable[dict[str, Any]]) -> set[str]:
    return {alert["fingerprint"] for alert in alerts}


def _matchers(url: str) -> list[str]:
    """The matchers in a link's filter, as Alertmanager's API takes them."""
    asked = dict(alertmanager_grammar.parse(url, "https://alertmanager.example.com").query)["filter"]
    return [f"{name}{sign}{json.dumps(value)}" for name, sign, value in json.loads(asked)]


def assert_shows_the_window(asked: dict[str, list[str]], start: str, end: str, per_second: int) -> None:
    """The link opens the ten seconds of the alert's long window, up to when it was evaluated."""
    (first,), (last,) = asked[start], asked[end]
    assert int(last) - int(first) == 10 * per_second
    assert abs(int(last) / per_second - time.time()) < PATIENCE


def tickets_wait_while_somebody_is_called(live: Live) -> None:
    """The page inhibits the tickets for its own SLO; that for the latency of the same service is sent.

    Its own began last, and has been sent: whatever would have been sent of the others has been, too.
    """
    (witness,) = live.wait(
        "the ticket for the latency", lambda: live.webhook.notified(_of("latency", "tickets"))[:1]
    )
    held = {alert["fingerprint"]: alert for alert in live.alertmanager.alerts()}
    waiting = [alert for alert in held.values() if _is(alert["labels"], "availability", TICKETS)]
    assert {alert["labels"]["alertname"] for alert in waiting} == TICKETS
    for alert in waiting:
        assert alert["status"]["state"] == "suppressed"
        assert seconds(alert["startsAt"]) < witness.starts
        by = [held[fingerprint]["labels"] for fingerprint in alert["status"]["inhibitedBy"]]
        assert by
        assert all(_is(labels, "availability", PAGES) for labels in by)
    assert live.webhook.notified(_of("availability", "tickets")) == []
    assert live.webhook.notified(_of("latency", "pages")) == []


def the_end_is_told(live: Live) -> None:
    """Pages are resolved, then the ticket that waited comes, and all ends."""
    resolved = live.wait(
        "the end of both pages",
        lambda: _all_resolved(live.webhook.notified(_of("availability", "pages")), PAGES),
    )
    assert {each.labels["alertname"] for each in resolved} == PAGES
    live.wait("the ticket that waited", lambda: live.webhook.notified(_of("availability", "tickets")))
    live.wait("the end of everything", lambda: not live.firing() and not live.alertmanager.alerts())
    told = live.wait("the end told", lambda: _all_resolved(live.webhook.notified()))
    tickets = [each for each in told if each.receiver == "tickets" and each.labels["slo"] == "availability"]
    # Alertmanager tells of the ends of the pages and sends the ticket within one interval, in either order.
    ended = max(each.ends for each in told if each.receiver == "pages" and each.status == "resolved")
    assert tickets[0].came > ended, "a ticket came while somebody was being called"
    assert tickets[0].labels["alertname"] in TICKETS


def _all_resolved(notified: list[Notified], wanted: set[str] = frozenset()) -> list[Notified] | None:
    """The notifications, once the last one about each alert says that it has ended."""
    last = {(each.labels["slo"], each.labels["alertname"]): each.status for each in notified}
    ended = set(last.values()) == {"resolved"} and {name for _, name in last} >= wanted
    return notified if ended else None


def _of(slo: str, receiver: str):
    return lambda each: each.labels["slo"] == slo and each.receiver == receiver


def _is(labels: dict[str, str], slo: str, names: set[str]) -> bool:
    return labels["slo"] == slo and labels["alertname"] in names
