"""Each builder against URLs typed by hand from the routes, and each of them read by the grammars."""

from __future__ import annotations

import pytest

from generator.links import alertmanager, grafana, jaeger, kiali
from generator.links.grammar import alertmanager as alertmanager_grammar
from generator.links.grammar import grafana as grafana_grammar
from generator.links.grammar import jaeger as jaeger_grammar
from generator.links.grammar import kiali as kiali_grammar
from generator.links.kiali import NodeKind
from generator.links.url import SAME_ORIGIN, Base
from generator.links.version import UnsupportedError
from generator.links.window import AlertWindow, DashboardWindow, FixedWindow, RecentWindow
from generator.promql.duration import Duration
from generator.spec.model import AlertmanagerSettings, KialiSettings

KIALI = Base.parse("https://mesh.example.com/kiali")
JAEGER = Base.parse("https://tracing.example.com:8443/jaeger")
GRAFANA = Base.parse("https://grafana.example.com")
NEW = KialiSettings(version="2.20")
OLD = KialiSettings(version="1.89")
CLUSTER = KialiSettings(version="2.20", cluster="east 1")

INCIDENT = FixedWindow(1_700_000_000_000, 1_700_003_600_000)
DASHBOARD = DashboardWindow()
ALERT = AlertWindow(Duration.parse("6h"))
RECENT = RecentWindow(Duration.parse("1h"))

AMBIENT = "traffic=ambient,ambientTotal,grpc,grpcRequest,http,httpRequest,tcp,tcpSent"
DRAWN = "graphType=versionedApp&edges=responseTime,rt95,trafficDistribution,trafficRate"
CONSOLE = "https://mesh.example.com/kiali/console"
SIX_HOURS_AGO = '{{ query "time() - 21600" | first | value | printf "%.0f" }}'
NOW = '{{ query "time()" | first | value | printf "%.0f" }}'


def page(kind: NodeKind, name: str, tab: str, window, settings=NEW, reporter=""):
    return kiali.details(KIALI, settings, "bookinfo", kind, name, tab, window, reporter=reporter)


def graph(kind: NodeKind, name: str, window, settings=NEW):
    return kiali.node_graph(KIALI, settings, "bookinfo", kind, name, window)


def minutes(count: int) -> RecentWindow:
    return RecentWindow(Duration.parse(f"{count}m"))


KIALI_LINKS = [
    (
        kiali.namespace_graph(KIALI, NEW, ["bookinfo"], RECENT),
        f"{CONSOLE}/graph/namespaces?namespaces=bookinfo&{DRAWN}&{AMBIENT}&duration=3600",
    ),
    (
        kiali.namespace_graph(KIALI, NEW, ["bookinfo", "shop"], INCIDENT),
        (
            f"{CONSOLE}/graph/namespaces?namespaces=bookinfo,shop&{DRAWN}&{AMBIENT}&duration=3600"
            "&replayActive=true&replayStart=1700000000000"
        ),
    ),
    (
        kiali.namespace_graph(Base.parse("http://localhost:20001"), OLD, ["shop"], DASHBOARD),
        (
            f"http://localhost:20001/console/graph/namespaces?namespaces=shop&{DRAWN}"
            "&traffic=grpc,grpcRequest,http,httpRequest,tcp,tcpSent&duration=3600"
        ),
    ),
    (
        graph(NodeKind.SERVICE, "reviews", RECENT),
        f"{CONSOLE}/graph/node/namespaces/bookinfo/services/reviews?{DRAWN}&{AMBIENT}&duration=3600",
    ),
    (
        graph(NodeKind.WORKLOAD, "reviews-v1", ALERT),
        f"{CONSOLE}/graph/node/namespaces/bookinfo/workloads/reviews-v1?{DRAWN}&{AMBIENT}&duration=21600",
    ),
    (
        graph(NodeKind.APPLICATION, "reviews", INCIDENT, CLUSTER),
        (
            f"{CONSOLE}/graph/node/namespaces/bookinfo/applications/reviews?{DRAWN}&{AMBIENT}&duration=3600"
            "&replayActive=true&replayStart=1700000000000&clusterName=east%201"
        ),
    ),
    (
        page(NodeKind.SERVICE, "reviews", "info", RECENT),
        f"{CONSOLE}/namespaces/bookinfo/services/reviews?tab=info&duration=3600",
    ),
    (
        page(NodeKind.SERVICE, "reviews", "traffic", ALERT),
        f"{CONSOLE}/namespaces/bookinfo/services/reviews?tab=traffic&duration=21600",
    ),
    (
        page(NodeKind.SERVICE, "reviews", "metrics", ALERT, reporter="destination"),
        (
            f"{CONSOLE}/namespaces/bookinfo/services/reviews"
            "?tab=metrics&duration=21600&reporter=destination&quantiles=0.95%200.99"
        ),
    ),
    (
        page(NodeKind.SERVICE, "reviews", "metrics", INCIDENT),
        (
            f"{CONSOLE}/namespaces/bookinfo/services/reviews"
            "?tab=metrics&from=1700000000000&to=1700003600000&quantiles=0.95%200.99"
        ),
    ),
    (
        page(NodeKind.SERVICE, "reviews", "metrics", DASHBOARD),
        (
            f"{CONSOLE}/namespaces/bookinfo/services/reviews"
            "?tab=metrics&from=${__from}&to=${__to}&quantiles=0.95%200.99"
        ),
    ),
    (
        page(NodeKind.APPLICATION, "reviews", "out_metrics", RECENT, CLUSTER),
        (
            f"{CONSOLE}/namespaces/bookinfo/applications/reviews"
            "?tab=out_metrics&duration=3600&quantiles=0.95%200.99&clusterName=east%201"
        ),
    ),
    (
        page(NodeKind.WORKLOAD, "reviews-v1", "logs", minutes(1)),
        f"{CONSOLE}/namespaces/bookinfo/workloads/reviews-v1?tab=logs&duration=60",
    ),
    (
        page(NodeKind.WORKLOAD, "reviews-v1", "in_metrics", minutes(2), reporter="source"),
        (
            f"{CONSOLE}/namespaces/bookinfo/workloads/reviews-v1"
            "?tab=in_metrics&duration=120&reporter=source&quantiles=0.95%200.99"
        ),
    ),
    (
        page(NodeKind.WORKLOAD, "v1/../../x?tab=y#z", "info", minutes(3)),
        f"{CONSOLE}/namespaces/bookinfo/workloads/v1%2F..%2F..%2Fx%3Ftab%3Dy%23z?tab=info&duration=300",
    ),
]
SEARCH = "https://tracing.example.com:8443/jaeger/search?service=reviews.bookinfo"
JAEGER_LINKS = [
    (jaeger.search(JAEGER, "reviews.bookinfo", RECENT), f"{SEARCH}&lookback=1h&limit=20"),
    (
        jaeger.search(JAEGER, "reviews.bookinfo", INCIDENT),
        f"{SEARCH}&start=1700000000000000&end=1700003600000000&lookback=custom&limit=20",
    ),
    (
        jaeger.search(JAEGER, "reviews.bookinfo", DASHBOARD),
        f"{SEARCH}&start=${{__from}}000&end=${{__to}}000&lookback=custom&limit=20",
    ),
    (
        jaeger.errors(JAEGER, "reviews.bookinfo", RECENT),
        f"{SEARCH}&tags=%7B%22error%22:%22true%22%7D&lookback=1h&limit=20",
    ),
    (
        jaeger.errors(JAEGER, "reviews.bookinfo", ALERT),
        (
            f"{SEARCH}&tags=%7B%22error%22:%22true%22%7D"
            f"&start={SIX_HOURS_AGO}000000&end={NOW}000000&lookback=custom&limit=20"
        ),
    ),
    (
        jaeger.slow(JAEGER, "reviews.bookinfo", INCIDENT, Duration.parse("250ms")),
        f"{SEARCH}&minDuration=250ms&start=1700000000000000&end=1700003600000000&lookback=custom&limit=20",
    ),
    (
        jaeger.slow(JAEGER, "reviews.bookinfo", minutes(5), Duration.parse("1d")),
        f"{SEARCH}&minDuration=86400s&lookback=5m&limit=20",
    ),
    (
        jaeger.search(
            JAEGER,
            "reviews.bookinfo",
            minutes(6),
            operation="reviews.bookinfo.svc.cluster.local:9080/*",
            tags={"http.status_code": "503", "error": "true"},
            min_duration=Duration.parse("1s"),
            max_duration=Duration.parse("1500ms"),
        ),
        (
            f"{SEARCH}&operation=reviews.bookinfo.svc.cluster.local:9080%2F%2A"
            "&tags=%7B%22error%22:%22true%22,%22http.status_code%22:%22503%22%7D"
            "&minDuration=1s&maxDuration=1500ms&lookback=15m&limit=20"
        ),
    ),
    (
        jaeger.search(JAEGER, 'x&limit=9"{{ query "up" }}${__from}', minutes(31)),
        (
            "https://tracing.example.com:8443/jaeger/search?service=x%26limit%3D9%22%7B%7B%20query%20%22up%22%20%7D%7D"
            "%24%7B__from%7D&lookback=1h&limit=20"
        ),
    ),
    (
        jaeger.search(JAEGER, "отзывы", minutes(60 * 24 * 90)),
        (
            "https://tracing.example.com:8443/jaeger/search?service=%D0%BE%D1%82%D0%B7%D1%8B%D0%B2%D1%8B"
            "&lookback=4w&limit=20"
        ),
    ),
]
GRAFANA_LINKS = [
    (
        grafana.dashboard(GRAFANA, "shop--service--bookinfo--reviews", RECENT),
        "https://grafana.example.com/d/shop--service--bookinfo--reviews?from=now-1h&to=now",
    ),
    (
        grafana.dashboard(GRAFANA, "shop--fleet", INCIDENT),
        "https://grafana.example.com/d/shop--fleet?from=1700000000000&to=1700003600000",
    ),
    (
        grafana.dashboard(SAME_ORIGIN, "shop--fleet", DASHBOARD),
        "/d/shop--fleet?from=${__from}&to=${__to}",
    ),
    (
        grafana.dashboard(GRAFANA, "shop--slo", ALERT, {"slo": "availability"}),
        f"https://grafana.example.com/d/shop--slo?from={SIX_HOURS_AGO}000&to={NOW}000&var-slo=availability",
    ),
    (
        grafana.dashboard(SAME_ORIGIN, "shop--slo", minutes(90), {"slo": "a b&c=${x}", "namespace": "n"}),
        "/d/shop--slo?from=now-90m&to=now&var-slo=a%20b%26c%3D%24%7Bx%7D&var-namespace=n",
    ),
    (
        grafana.dashboard(Base.parse("http://[2001:db8::1]:3000/grafana/"), "x", RECENT),
        "http://[2001:db8::1]:3000/grafana/d/x?from=now-1h&to=now",
    ),
]
ALERTMANAGER = Base.parse("https://alerts.example.com/am/")
DEBIAN, TODAY, ESCAPES = (AlertmanagerSettings(version=version) for version in ("0.25", "0.28", "0.34.1"))
REVIEWS = {"namespace": "bookinfo", "service": "reviews"}
PAGES = "https://alerts.example.com/am/#"
ONE_SERVICE = "filter=%7Bnamespace%3D%22bookinfo%22,%20service%3D%22reviews%22%7D"
ALERTMANAGER_LINKS = [
    (
        alertmanager.alerts(ALERTMANAGER, DEBIAN, REVIEWS),
        f"{PAGES}/alerts?{ONE_SERVICE}&silenced=true&inhibited=true",
        "0.25",
    ),
    (
        alertmanager.alerts(ALERTMANAGER, TODAY, REVIEWS),
        f"{PAGES}/alerts?{ONE_SERVICE}&silenced=true&inhibited=true&muted=true",
        "0.28",
    ),
    (alertmanager.silences(ALERTMANAGER, DEBIAN, REVIEWS), f"{PAGES}/silences?{ONE_SERVICE}", "0.25"),
    (alertmanager.new_silence(ALERTMANAGER, DEBIAN, REVIEWS), f"{PAGES}/silences/new?{ONE_SERVICE}", "0.25"),
    (
        alertmanager.new_silence(Base.parse("http://localhost:9093"), DEBIAN, {"team": "a+b & c"}),
        "http://localhost:9093/#/silences/new?filter=%7Bteam%3D%22a%2Bb%20%26%20c%22%7D",
        "0.25",
    ),
    (
        alertmanager.silences(ALERTMANAGER, ESCAPES, {"path": 'C:\\"x"'}),
        f"{PAGES}/silences?filter=%7Bpath%3D%22C:%5C%5C%5C%22x%5C%22%22%7D",
        "0.34.1",
    ),
]


@pytest.mark.parametrize(("url", "expected", "version"), ALERTMANAGER_LINKS)
def test_alertmanager(url, expected, version):
    assert url.render() == expected
    assert alertmanager_grammar.parse(expected, url.base.text, version)


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ({}, "everybody"),
        ({"a-b": "x"}, "not the name of a label"),
        ({"service": ""}, "no such label"),
        ({"service": 'a"b'}, "in its own ways"),
        ({"service": "a\\b"}, "in its own ways"),
        ({"service": "a\nb"}, "in its own ways"),
    ],
)
def test_what_alertmanager_would_replace_is_refused(labels, why):
    for build in (alertmanager.alerts, alertmanager.silences, alertmanager.new_silence):
        with pytest.raises(UnsupportedError, match=why):
            build(ALERTMANAGER, DEBIAN, labels)


@pytest.mark.parametrize(("url", "expected"), KIALI_LINKS)
def test_kiali(url, expected):
    assert url.render() == expected
    assert kiali_grammar.parse(expected, url.base.text)


@pytest.mark.parametrize(("url", "expected"), JAEGER_LINKS)
def test_jaeger(url, expected):
    assert url.render() == expected
    assert jaeger_grammar.parse(expected, url.base.text)


@pytest.mark.parametrize(("url", "expected"), GRAFANA_LINKS)
def test_grafana(url, expected):
    assert url.render() == expected
    assert grafana_grammar.parse(expected, url.base.text)


@pytest.mark.parametrize(
    ("length", "seconds"),
    [
        ("1ms", 60),
        ("60s", 60),
        ("61s", 120),
        ("5m", 300),
        ("31m", 3600),
        ("1d", 86400),
        ("3d", 604800),
        ("90d", 2592000),
    ],
)
def test_kiali_durations_are_rounded_up(length, seconds):
    assert kiali.snap(Duration.parse(length)) == seconds


@pytest.mark.parametrize("segment", ["", ".", ".."])
def test_a_segment_that_browsers_fold_away_is_a_defect(segment):
    with pytest.raises(ValueError, match="path segment"):
        page(NodeKind.SERVICE, segment, "info", RECENT)
