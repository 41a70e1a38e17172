"""The links of a service, for readers, dashboards and alerts."""

from __future__ import annotations

import pytest

from generator import names
from generator.links import (
    alert_annotations,
    dashboard_links,
    namespace_links,
    service_links,
    silence_of,
)
from generator.links.grammar import GrammarError
from generator.links.grammar import alertmanager as alertmanager_grammar
from generator.links.grammar import kiali as kiali_grammar
from generator.links.service import parsed_back
from generator.links.url import Base
from generator.links.window import AlertWindow
from generator.promql.duration import Duration
from generator.spec.model import (
    AlertmanagerSettings,
    DataSources,
    GrafanaSettings,
    JaegerSettings,
    Journey,
    KialiSettings,
    Link,
    LogSettings,
    Platform,
    TracingSettings,
)
from links.examples import HOUR, platform, service

UID = "shop--service--bookinfo--reviews"
DRAWN = (
    "graphType=versionedApp&edges=responseTime,rt95,trafficDistribution,trafficRate"
    "&traffic=ambient,ambientTotal,grpc,grpcRequest,http,httpRequest,tcp,tcpSent&duration=3600"
)
KIALI = Base.parse("https://mesh.example.com/kiali")
CONSOLE = "https://mesh.example.com/kiali/console"
SEARCH = "https://tracing.example.com:8443/jaeger/search?service=reviews.bookinfo"


def found(links) -> dict[tuple[str, str, str], str]:
    return {(link.system, link.kind, link.title): link.url for link in links}


def test_the_links_of_a_service():
    links = service_links(platform(), service(), Duration.parse("500ms"))
    assert (links.namespace, links.name, links.display_name) == ("bookinfo", "reviews", "Reviews")
    assert found(links.links) == {
        ("grafana", "dashboard", "Dashboard"): f"https://grafana.example.com/d/{UID}?from=now-1h&to=now",
        ("kiali", "page", "Kiali"): f"{CONSOLE}/namespaces/bookinfo/services/reviews"
        "?tab=metrics&duration=3600&reporter=destination&quantiles=0.95%200.99",
        (
            "kiali",
            "graph",
            "Kiali: graph",
        ): f"{CONSOLE}/graph/node/namespaces/bookinfo/services/reviews?{DRAWN}",
        ("kiali", "traces", "Kiali: traces"): f"{CONSOLE}/namespaces/bookinfo/services/reviews"
        "?tab=traces&duration=3600",
        ("kiali", "workload", "Kiali: reviews-v1"): f"{CONSOLE}/namespaces/bookinfo/workloads/reviews-v1"
        "?tab=info&duration=3600",
        ("kiali", "workload", "Kiali: reviews-v2"): f"{CONSOLE}/namespaces/bookinfo/workloads/reviews-v2"
        "?tab=info&duration=3600",
        (
            "jaeger",
            "errors",
            "Jaeger: errors",
        ): f"{SEARCH}&tags=%7B%22error%22:%22true%22%7D&lookback=1h&limit=20",
        ("jaeger", "slow", "Jaeger: slower than 500ms"): f"{SEARCH}&minDuration=500ms&lookback=1h&limit=20",
        ("jaeger", "traces", "Jaeger: all"): f"{SEARCH}&lookback=1h&limit=20",
        ("user", "runbook", "Runbook"): "https://wiki.example.com/runbooks/reviews",
        ("user", "link", "Design"): "https://wiki.example.com/design?id=1&rev=2",
    }


def test_dashboards_pass_their_time_range_on():
    links = found(dashboard_links(platform(grafana=GrafanaSettings()), service(), Duration.parse("1s")))
    assert links["grafana", "dashboard", "Dashboard"] == f"/d/{UID}?from=${{__from}}&to=${{__to}}"
    assert links["kiali", "page", "Kiali"] == (
        f"{CONSOLE}/namespaces/bookinfo/services/reviews"
        "?tab=metrics&from=${__from}&to=${__to}&reporter=destination&quantiles=0.95%200.99"
    )
    assert links["jaeger", "slow", "Jaeger: slower than 1s"] == (
        f"{SEARCH}&minDuration=1s&start=${{__from}}000&end=${{__to}}000&lookback=custom&limit=20"
    )
    assert links["user", "link", "Design"] == "https://wiki.example.com/design?id=1&rev=2"
    assert links.keys() == found(service_links(platform(), service(), Duration.parse("1s")).links).keys()


def test_a_gateway_is_known_by_its_workload():
    gateway = service(name="ingress", workloads=("istio-ingressgateway",), dataplane="gateway")
    links = found(service_links(platform(), gateway).links)
    assert links["kiali", "page", "Kiali"] == (
        f"{CONSOLE}/namespaces/bookinfo/workloads/istio-ingressgateway"
        "?tab=out_metrics&duration=3600&reporter=source&quantiles=0.95%200.99"
    )
    assert links["kiali", "graph", "Kiali: graph"] == (
        f"{CONSOLE}/graph/node/namespaces/bookinfo/workloads/istio-ingressgateway?{DRAWN}"
    )
    alone = found(service_links(platform(), service(name="ingress", workloads=(), dataplane="gateway")).links)
    assert "/workloads/ingress?" in alone["kiali", "page", "Kiali"]


def test_ambient_metrics_have_no_reporter_that_kiali_knows():
    links = found(service_links(platform(), service(dataplane="ambient")).links)
    assert "reporter" not in links["kiali", "page", "Kiali"]


def test_a_service_outside_of_the_mesh_is_not_in_kiali():
    links = service_links(platform(), service(dataplane="none", tracing_service="")).links
    assert [link.system for link in links] == ["grafana", "user", "user"]
    annotations = alert_annotations(
        platform(), service(dataplane="none", tracing_service=""), UID, AlertWindow(HOUR)
    )
    assert annotations.keys() == {"dashboard"}


@pytest.mark.parametrize(
    ("changes", "systems"),
    [
        ({"kiali": KialiSettings()}, {"grafana", "jaeger"}),
        ({"jaeger": JaegerSettings()}, {"grafana", "kiali"}),
        ({"grafana": GrafanaSettings()}, {"kiali", "jaeger"}),
        ({"grafana": GrafanaSettings(url="javascript:alert(1)")}, {"kiali", "jaeger"}),
    ],
)
def test_only_systems_with_a_url_are_linked_to(changes, systems):
    links = service_links(platform(**changes), service(runbook="", links=())).links
    assert {link.system for link in links} == systems


def test_alertmanager_is_asked_by_what_the_alerts_are_labelled_with():
    told = platform(alertmanager=AlertmanagerSettings(url="https://alerts.example.com/am"))
    entrance = service(name="ingress", namespace="istio-system")
    trip = service(name="checkout", journey=Journey(measured_at=entrance, services=()))
    links = found(service_links(told, trip).links)
    filter_ = "filter=%7Bnamespace%3D%22bookinfo%22,%20service%3D%22checkout%22%7D"
    page = "https://alerts.example.com/am/#"
    assert (
        links["alertmanager", "alerts", "Alerts"] == f"{page}/alerts?{filter_}&silenced=true&inhibited=true"
    )
    assert links["alertmanager", "silence", "Silence"] == f"{page}/silences/new?{filter_}"
    one = silence_of(told, service(), "Fires", "availability")
    assert one
    assert dict(alertmanager_grammar.parse(one.url, "https://alerts.example.com/am").query) == {
        "filter": '[["alertname", "=", "Fires"], ["namespace", "=", "bookinfo"], '
        '["service", "=", "reviews"], ["slo", "=", "availability"]]'
    }
    assert silence_of(platform(), service(), "Fires") is None
    # Alertmanager's own notifications lead to it: no annotation does.
    assert alert_annotations(told, service(), UID, AlertWindow(HOUR)).keys() == {
        "dashboard",
        "kiali",
        "jaeger",
    }


def test_links_that_were_refused_do_not_appear():
    changed = service(runbook="javascript:alert(1)", links=(Link(title="Bad", url="//evil.example.net"),))
    assert service_links(Platform(project="shop"), changed).links == ()


def test_alerts_show_the_time_at_which_they_fire():
    annotations = alert_annotations(platform(), service(), UID, AlertWindow(HOUR))
    start = '{{ query "time() - 3600" | first | value | printf "%.0f" }}'
    end = '{{ query "time()" | first | value | printf "%.0f" }}'
    assert annotations == {
        "dashboard": f"https://grafana.example.com/d/{UID}?from={start}000&to={end}000",
        "kiali": f"{CONSOLE}/namespaces/bookinfo/services/reviews"
        "?tab=metrics&duration=3600&reporter=destination&quantiles=0.95%200.99",
        "jaeger": f"{SEARCH}&tags=%7B%22error%22:%22true%22%7D"
        f"&start={start}000000&end={end}000000&lookback=custom&limit=20",
    }
    assert annotations.keys() <= set(names.ANNOTATIONS)


def test_an_alert_about_slow_requests_shows_slow_traces():
    annotations = alert_annotations(platform(), service(), UID, AlertWindow(HOUR), Duration.parse("250ms"))
    assert "&minDuration=250ms&start=" in annotations["jaeger"]
    assert "tags=" not in annotations["jaeger"]


DATA_SOURCES = DataSources(prometheus="prom", logs="lines", traces="spans")


def elsewhere(**changes) -> Platform:
    """Traces in Tempo and logs in Loki, unless `changes` say otherwise; both are read in Grafana."""
    fields = {
        "grafana": GrafanaSettings(url="https://grafana.example.com", data_sources=DATA_SOURCES),
        "tracing": TracingSettings(provider="tempo"),
        "logs": LogSettings(kind="loki"),
        "jaeger": JaegerSettings(),
        "kiali": KialiSettings(),
    }
    return platform(**fields | changes)


LOGGED = service(log_selector='{app="reviews"}', runbook="", links=())


def kinds(links) -> list[tuple[str, str]]:
    return [(link.system, link.kind) for link in links]


def test_traces_and_logs_that_are_read_in_grafana():
    links = service_links(elsewhere(), LOGGED, Duration.parse("1s")).links
    assert kinds(links) == [
        ("grafana", "dashboard"),
        ("grafana", "explore"),
        ("tempo", "errors"),
        ("tempo", "slow"),
        ("tempo", "traces"),
        ("loki", "logs"),
    ]
    by_kind = {link.kind: link.url for link in links}
    assert "duration%20%3E%3D%201000ms" in by_kind["slow"]
    assert "%22uid%22:%22spans%22" in by_kind["slow"]
    assert "slo:sli_error:ratio_rate5m%7Bnamespace%3D%5C%22bookinfo%5C%22" in by_kind["explore"]
    within = dashboard_links(elsewhere(), LOGGED)
    assert all(link.url.startswith(("/d/", "/explore?")) for link in within)
    annotations = alert_annotations(elsewhere(), LOGGED, UID, AlertWindow(HOUR), Duration.parse("1s"))
    assert annotations.keys() == {"dashboard", "traces", "logs"}
    assert annotations.keys() <= set(names.ANNOTATIONS)
    assert "1000ms" in annotations["traces"]


def test_logs_in_elasticsearch():
    kept = LogSettings(kind="elasticsearch", url="https://kibana.example.com/s/mesh", data_view="v")
    found = service_links(elsewhere(logs=kept), LOGGED).links
    assert [system for system, kind in kinds(found) if kind == "logs"] == ["kibana"]
    unseen = LogSettings(kind="elasticsearch", url="https://kibana.example.com")
    found = service_links(elsewhere(logs=unseen), LOGGED).links
    assert [system for system, kind in kinds(found) if kind == "logs"] == ["elasticsearch"]
    bare = service(log_selector="", runbook="", links=())
    for logs in (kept, unseen):
        assert "logs" not in {link.kind for link in service_links(elsewhere(logs=logs), bare).links}


def test_an_unknown_data_source_is_not_linked_to():
    unknown = elsewhere(grafana=GrafanaSettings(url="https://grafana.example.com"))
    assert kinds(service_links(unknown, LOGGED).links) == [("grafana", "dashboard")]


def test_every_link_is_parsed_back():
    with pytest.raises(GrammarError, match="not a known route"):
        parsed_back("https://mesh.example.com/kiali/console/nowhere", KIALI, kiali_grammar.parse, "2.20")


def test_a_namespace_has_its_graph():
    assert found(namespace_links(platform(), "bookinfo")) == {
        ("kiali", "graph", "Kiali: graph"): f"{CONSOLE}/graph/namespaces?namespaces=bookinfo&{DRAWN}"
    }
    told = Platform(project="shop", alertmanager=AlertmanagerSettings(url="https://alerts.example.com"))
    assert found(namespace_links(told, "bookinfo")) == {
        ("alertmanager", "alerts", "Alerts"): "https://alerts.example.com/#/alerts"
        "?filter=%7Bnamespace%3D%22bookinfo%22%7D&silenced=true&inhibited=true"
    }
    assert [*namespace_links(Platform(project="shop"), "bookinfo")] == []
