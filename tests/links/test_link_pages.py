"""Every page that a builder leads to, for every version that differs, against URLs typed by hand."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import quote

import pytest

from generator.links import explore, grafana, jaeger, kiali, kibana
from generator.links.grammar import grafana as grafana_grammar
from generator.links.grammar import jaeger as jaeger_grammar
from generator.links.grammar import kiali as kiali_grammar
from generator.links.grammar import kibana as kibana_grammar
from generator.links.kiali import Condition, Find, NodeKind, View
from generator.links.url import SAME_ORIGIN, Base
from generator.links.version import UnsupportedError
from generator.links.window import AlertWindow, DashboardWindow, FixedWindow, RecentWindow
from generator.promql.duration import Duration
from generator.spec.model import GrafanaSettings, JaegerSettings, KialiSettings

KIALI = Base.parse("https://mesh.example.com/kiali")
JAEGER = Base.parse("https://tracing.example.com/jaeger")
GRAFANA = Base.parse("https://grafana.example.com")
KIBANA = Base.parse("https://kibana.example.com/s/mesh")
K = "https://mesh.example.com/kiali/console"
J = "https://tracing.example.com/jaeger"

INCIDENT = FixedWindow(1_700_000_000_000, 1_700_003_600_000)
DASHBOARD = DashboardWindow()
ALERT = AlertWindow(Duration.parse("6h"))
RECENT = RecentWindow(Duration.parse("1h"))
DAY = RecentWindow(Duration.parse("1d"))

K173, K174, K175, K181, K182, K20, K27, K28, K225, K226, K231 = (
    KialiSettings(version=version)
    for version in ("1.73", "1.74", "1.75", "1.81", "1.82", "2.0", "2.7", "2.8", "2.25", "2.26", "2.31")
)
EAST = KialiSettings(version="2.31", cluster="east")
SERVICE, WORKLOAD, APPLICATION = NodeKind.SERVICE, NodeKind.WORKLOAD, NodeKind.APPLICATION

AMBIENT = "&traffic=ambient,ambientTotal,grpc,grpcRequest,http,httpRequest,tcp,tcpSent"
OLD_TRAFFIC = "&traffic=grpc,grpcRequest,http,httpRequest,tcp,tcpSent"
EDGES = "&edges=responseTime,rt95,trafficDistribution,trafficRate"


def graph(window=RECENT, settings=K231, **view):
    return kiali.namespace_graph(KIALI, settings, ["shop"], window, View(**view))


def node(kind, window=RECENT, settings=K231, **more):
    return kiali.node_graph(KIALI, settings, "shop", kind, "cart", window, **more)


def page(kind, tab, window=RECENT, settings=K231, **more):
    return kiali.details(KIALI, settings, "shop", kind, "cart", tab, window, **more)


def found(*conditions: Condition, all_: bool = True) -> Find:
    return Find(conditions, all=all_)


FAILING = Condition("%httperr", ">", Decimal("1.5"))
SLOW = Condition("responsetime", ">=", Decimal(250))
NOT_CART = Condition("app", "=", "cart", negated=True)
G = f"{K}/graph/namespaces?namespaces=shop"

KIALI_PAGES = [
    (kiali.overview(KIALI, RECENT), K173, f"{K}/overview?duration=3600"),
    (
        kiali.listing(KIALI, "applications", ["shop"], RECENT),
        K173,
        f"{K}/applications?namespaces=shop&duration=3600",
    ),
    (
        kiali.listing(KIALI, "services", ["shop", "mesh"], DAY),
        K173,
        f"{K}/services?namespaces=shop,mesh&duration=86400",
    ),
    (
        kiali.listing(KIALI, "workloads", ["shop"], ALERT),
        K173,
        f"{K}/workloads?namespaces=shop&duration=21600",
    ),
    (kiali.listing(KIALI, "istio", ["shop"], DASHBOARD), K173, f"{K}/istio?namespaces=shop&duration=3600"),
    (kiali.namespace_page(KIALI, K225, "shop", RECENT), K225, f"{K}/overview?duration=3600"),
    (kiali.namespace_page(KIALI, K226, "shop", RECENT), K226, f"{K}/namespaces/shop?duration=3600"),
    (
        kiali.namespace_page(KIALI, EAST, "shop", DAY),
        EAST,
        f"{K}/namespaces/shop?duration=86400&clusterName=east",
    ),
    (kiali.mesh(KIALI, K182), K182, f"{K}/mesh"),
    (kiali.tracing(KIALI, K173), K173, f"{K}/jaeger"),
    (kiali.tracing(KIALI, K174), K174, f"{K}/jaeger"),
    (kiali.tracing(KIALI, K175), K175, f"{K}/tracing"),
    (graph(settings=K173), K173, f"{G}&graphType=versionedApp{EDGES}{OLD_TRAFFIC}&duration=3600"),
    (graph(settings=K20), K20, f"{G}&graphType=versionedApp{EDGES}{AMBIENT}&duration=3600"),
    (graph(graph_type=kiali.GraphType.APP), K231, f"{G}&graphType=app{EDGES}{AMBIENT}&duration=3600"),
    (graph(graph_type=kiali.GraphType.SERVICE), K231, f"{G}&graphType=service{EDGES}{AMBIENT}&duration=3600"),
    (
        graph(graph_type=kiali.GraphType.WORKLOAD),
        K231,
        f"{G}&graphType=workload{EDGES}{AMBIENT}&duration=3600",
    ),
    (
        graph(
            response_time=kiali.ResponseTime.P99,
            throughput=kiali.Throughput.RESPONSE,
            distribution=False,
            rate=False,
        ),
        K231,
        f"{G}&graphType=versionedApp&edges=responseTime,rt99,throughput,throughputResponse{AMBIENT}&duration=3600",
    ),
    (
        graph(response_time=None, distribution=False, rate=False),
        K231,
        f"{G}&graphType=versionedApp{AMBIENT}&duration=3600",
    ),
    (
        graph(ambient=kiali.Ambient.WAYPOINT, grpc=kiali.Grpc.TOTAL, http=False, tcp=None),
        K231,
        f"{G}&graphType=versionedApp{EDGES}&traffic=ambient,ambientWaypoint,grpc,grpcTotal&duration=3600",
    ),
    (
        graph(ambient=kiali.Ambient.ZTUNNEL, grpc=None, http=False, tcp=kiali.Tcp.TOTAL, settings=K173),
        K173,
        f"{G}&graphType=versionedApp{EDGES}&traffic=tcp,tcpTotal&duration=3600",
    ),
    (
        graph(find=kiali.UNHEALTHY, edge_mode=kiali.EdgeMode.UNHEALTHY, security=True),
        K231,
        f"{G}&graphType=versionedApp{EDGES}{AMBIENT}&duration=3600&edgeMode=unhealthy&graphFind=%21%20healthy&badgeSecurity=true",
    ),
    (
        graph(find=found(FAILING, SLOW), hide=found(NOT_CART)),
        K231,
        (
            f"{G}&graphType=versionedApp{EDGES}{AMBIENT}&duration=3600"
            "&graphFind=%25httperr%20%3E%201.5%20AND%20responsetime%20%3E%3D%20250&graphHide=%21%20app%20%3D%20cart"
        ),
    ),
    (
        graph(
            find=found(FAILING, NOT_CART, Condition("name", "contains", "cart"), all_=False), window=INCIDENT
        ),
        K231,
        (
            f"{G}&graphType=versionedApp{EDGES}{AMBIENT}&duration=3600&replayActive=true&replayStart=1700000000000"
            "&graphFind=%25httperr%20%3E%201.5%20OR%20%21%20app%20%3D%20cart%20OR%20name%20contains%20cart"
        ),
    ),
    (
        node(SERVICE, INCIDENT, K173),
        K173,
        (
            f"{K}/graph/node/namespaces/shop/services/cart?graphType=versionedApp{EDGES}{OLD_TRAFFIC}"
            "&duration=3600&replayActive=true&replayStart=1700000000000"
        ),
    ),
    (
        node(APPLICATION, version="v2"),
        K231,
        f"{K}/graph/node/namespaces/shop/applications/cart/versions/v2?graphType=versionedApp{EDGES}{AMBIENT}&duration=3600",
    ),
    (
        node(WORKLOAD, settings=EAST),
        EAST,
        f"{K}/graph/node/namespaces/shop/workloads/cart?graphType=versionedApp{EDGES}{AMBIENT}&duration=3600&clusterName=east",
    ),
    *(
        (page(APPLICATION, tab), K173, f"{K}/namespaces/shop/applications/cart?tab={tab}&duration=3600{rest}")
        for tab, rest in {
            "info": "",
            "traffic": "",
            "in_metrics": "&quantiles=0.95%200.99",
            "out_metrics": "&quantiles=0.95%200.99",
            "traces": "",
        }.items()
    ),
    *(
        (page(SERVICE, tab), K173, f"{K}/namespaces/shop/services/cart?tab={tab}&duration=3600{rest}")
        for tab, rest in {
            "info": "",
            "traffic": "",
            "metrics": "&quantiles=0.95%200.99",
            "traces": "",
        }.items()
    ),
    *(
        (page(WORKLOAD, tab), settings, f"{K}/namespaces/shop/workloads/cart?tab={tab}&duration=3600")
        for tab, settings in {
            "info": K173,
            "traffic": K173,
            "logs": K173,
            "traces": K173,
            "envoy": K173,
            "waypoint": K28,
            "ztunnel": K28,
        }.items()
    ),
    (
        page(SERVICE, "traces", DASHBOARD),
        K231,
        f"{K}/namespaces/shop/services/cart?tab=traces&from=${{__from}}&to=${{__to}}",
    ),
    (
        page(
            SERVICE,
            "metrics",
            INCIDENT,
            reporter="both",
            quantiles=("0.5",),
            by_labels={"destination_canonical_revision": ("v1", "v2"), "source_workload": ()},
        ),
        K231,
        (
            f"{K}/namespaces/shop/services/cart?tab=metrics&from=1700000000000&to=1700003600000&reporter=both&quantiles=0.5"
            "&bylbl=destination_canonical_revision%3Dv1,v2&bylbl=source_workload"
        ),
    ),
    (
        page(WORKLOAD, "in_metrics", quantiles=()),
        K231,
        f"{K}/namespaces/shop/workloads/cart?tab=in_metrics&duration=3600",
    ),
    (
        kiali.custom_dashboard(KIALI, K231, "shop", APPLICATION, "cart", "go", RECENT),
        K231,
        f"{K}/namespaces/shop/applications/cart?tab=cd-go&duration=3600",
    ),
    (
        kiali.custom_dashboard(KIALI, K173, "shop", WORKLOAD, "cart", "micrometer-1.1-jvm", DASHBOARD),
        K173,
        f"{K}/namespaces/shop/workloads/cart?tab=micrometer-1.1-jvm&from=${{__from}}&to=${{__to}}",
    ),
    (
        kiali.istio_object(KIALI, K20, "shop", "VirtualService", "cart"),
        K20,
        f"{K}/namespaces/shop/istio/networking.istio.io/v1/VirtualService/cart?list=yaml",
    ),
    (
        kiali.istio_object(KIALI, K173, "shop", "VirtualService", "cart"),
        K173,
        f"{K}/namespaces/shop/istio/virtualservices/cart?list=yaml",
    ),
    (
        kiali.istio_object(KIALI, EAST, "shop", "AuthorizationPolicy", "cart", as_yaml=False),
        EAST,
        f"{K}/namespaces/shop/istio/security.istio.io/v1/AuthorizationPolicy/cart?clusterName=east",
    ),
    (
        kiali.istio_object(KIALI, K231, "shop", "Telemetry", "sampling"),
        K231,
        f"{K}/namespaces/shop/istio/telemetry.istio.io/v1/Telemetry/sampling?list=yaml",
    ),
    (
        kiali.istio_object(KIALI, K173, "shop", "HTTPRoute", "cart"),
        K173,
        f"{K}/namespaces/shop/istio/k8shttproutes/cart?list=yaml",
    ),
]

TRACE, OTHER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
J219, J220 = JaegerSettings(version="2.19"), JaegerSettings(version="2.20")
JAEGER_PAGES = [
    (jaeger.trace(JAEGER, TRACE), J219, f"{J}/trace/{TRACE}"),
    (
        jaeger.trace(JAEGER, OTHER, span_id="00f067aa0ba902b8"),
        J219,
        f"{J}/trace/{OTHER}?uiFind=00f067aa0ba902b8",
    ),
    (jaeger.trace(JAEGER, TRACE, find="a & b"), J219, f"{J}/trace/{TRACE}?uiFind=a%20%26%20b"),
    (
        jaeger.compare(JAEGER, TRACE, OTHER),
        J219,
        f"{J}/trace/{TRACE}...{OTHER}?cohort={TRACE}&cohort={OTHER}",
    ),
    (jaeger.dependencies(JAEGER), J219, f"{J}/dependencies"),
    (jaeger.dependencies(Base.parse("http://localhost:16686")), J220, "http://localhost:16686/dependencies"),
    (
        jaeger.deep_dependencies(JAEGER, J219, "cart.shop"),
        J219,
        f"{J}/deep-dependencies?service=cart.shop&showOp=0",
    ),
    (
        jaeger.deep_dependencies(JAEGER, J220, "cart.shop", operation="GET /a?b", show_operations=True),
        J220,
        f"{J}/deep-dependencies?service=cart.shop&operation=GET%20%2Fa%3Fb&showOp=1",
    ),
    (
        jaeger.quality_metrics(JAEGER, J219, "cart.shop", RECENT),
        J219,
        f"{J}/quality-metrics?service=cart.shop&lookback=1",
    ),
    (
        jaeger.quality_metrics(JAEGER, J220, "cart.shop", RecentWindow(Duration.parse("61m"))),
        J220,
        f"{J}/quality-metrics?service=cart.shop&lookback=2",
    ),
    (jaeger.monitor(JAEGER, J219, "cart.shop", RECENT), J219, f"{J}/monitor"),
    (
        jaeger.monitor(JAEGER, J220, "cart.shop", RECENT),
        J220,
        f"{J}/monitor?service=cart.shop&spanKind=server&timeframe=3600000",
    ),
    (
        jaeger.monitor(JAEGER, J220, "cart.shop", INCIDENT, jaeger.SpanKind.CONSUMER),
        J220,
        f"{J}/monitor?service=cart.shop&spanKind=consumer&timeframe=3600000",
    ),
    (
        jaeger.search(JAEGER, "cart.shop", RECENT, tags={"istio.canonical_revision": "v2"}, limit=1500),
        J220,
        f"{J}/search?service=cart.shop&tags=%7B%22istio.canonical_revision%22:%22v2%22%7D&lookback=1h&limit=1500",
    ),
]

G101, G100 = GrafanaSettings(version="10.1"), GrafanaSettings(version="10.0")
SIX_HOURS_AGO = '{{ query "time() - 21600" | first | value | printf "%.0f" }}000'
NOW = '{{ query "time()" | first | value | printf "%.0f" }}000'


def state(kind: str, uid: str, query: str) -> str:
    """The state of Explore up to the start of its range, encoded, from JSON typed by hand."""
    source = f'{{"type":"{kind}","uid":"{uid}"}}'
    query = query.replace("SOURCE", source)
    text = f'{{"datasource":"{uid}","queries":[{{{query}}}],"range":{{"from":"'
    return quote(text, safe=",:")


TO = quote('","to":"', safe=",:")


def panes(
    kind: str, uid: str, query: str, start: str = "now-1h", end: str = "now", base: str = GRAFANA.text
) -> str:
    """The URL of one query in Explore; `start` and `end` stand in it as they are."""
    pane = f"%7B%22sl1%22:{state(kind, uid, query)}{start}{TO}{end}%22%7D%7D%7D"
    return f"{base}/explore?schemaVersion=1&panes={pane}&orgId=1"


def left(kind: str, uid: str, query: str) -> str:
    """The same as Grafana wrote it before 10.1."""
    return f"{GRAFANA.text}/explore?orgId=1&left={state(kind, uid, query)}now-1h{TO}now%22%7D%7D"


def into(query, window=RECENT, settings=G101, base=GRAFANA, uid="ds-1"):
    return explore.explore(base, settings, uid, query, window)


UP = (
    '"datasource":SOURCE,"editorMode":"code","expr":"up{job=\\"a b\\"}","instant":false,"range":true,'
    '"refId":"A"'
)
LINES = (
    '"datasource":SOURCE,"editorMode":"code","expr":"{app=\\"cart\\"} |= \\"%\\"","maxLines":1000,'
    '"queryType":"range","refId":"A"'
)
TRACES = (
    '"datasource":SOURCE,"limit":20,"query":"{ resource.service.name = \\"cart.shop\\" && status = error }",'
    '"queryType":"traceql","refId":"A","tableType":"traces"'
)
LUCENE = (
    '"bucketAggs":[],"datasource":SOURCE,"metrics":[{"id":"1","type":"logs"}],"query":"app:\\"cart\\"","refId":"A",'
    '"timeField":"@timestamp"'
)
SEARCH = (
    '"datasource":SOURCE,"limit":20,"maxDuration":"2000ms","minDuration":"1500ms","operation":"GET /",'
    '"queryType":"search","refId":"A","service":"cart","tags":"error=true http.url=\\"a b\\""'
)
PROMETHEUS_QUERY = explore.prometheus('up{job="a b"}')
GRAFANA_PAGES = [
    (into(PROMETHEUS_QUERY), G101, panes("prometheus", "ds-1", UP)),
    (
        into(PROMETHEUS_QUERY, INCIDENT),
        G101,
        panes("prometheus", "ds-1", UP, "1700000000000", "1700003600000"),
    ),
    (into(PROMETHEUS_QUERY, DASHBOARD), G101, panes("prometheus", "ds-1", UP, "${__from}", "${__to}")),
    (into(PROMETHEUS_QUERY, ALERT), G101, panes("prometheus", "ds-1", UP, SIX_HOURS_AGO, NOW)),
    (into(PROMETHEUS_QUERY, settings=G100), G100, left("prometheus", "ds-1", UP)),
    (
        into(PROMETHEUS_QUERY, DASHBOARD, base=SAME_ORIGIN),
        G101,
        panes("prometheus", "ds-1", UP, "${__from}", "${__to}", base=""),
    ),
    (into(explore.loki('{app="cart"} |= "%"')), G101, panes("loki", "ds-1", LINES)),
    (into(explore.loki('{app="cart"} |= "%"'), settings=G100), G100, left("loki", "ds-1", LINES)),
    (into(explore.loki('{app="cart"} |= "%"'), DAY), G101, panes("loki", "ds-1", LINES, "now-1d")),
    (
        into(explore.tempo(explore.tempo_search("cart.shop", errors=True))),
        G101,
        panes("tempo", "ds-1", TRACES),
    ),
    (
        into(explore.tempo(explore.tempo_search("cart.shop", errors=True)), settings=G100),
        G100,
        left("tempo", "ds-1", TRACES),
    ),
    (into(explore.elasticsearch('app:"cart"', "@timestamp")), G101, panes("elasticsearch", "ds-1", LUCENE)),
    (
        into(explore.elasticsearch('app:"cart"', "@timestamp"), INCIDENT),
        G101,
        panes("elasticsearch", "ds-1", LUCENE, "1700000000000", "1700003600000"),
    ),
    (
        into(
            explore.jaeger(
                "cart",
                operation="GET /",
                tags={"http.url": "a b", "error": "true"},
                min_duration=Duration.parse("1500ms"),
                max_duration=Duration.parse("2s"),
            )
        ),
        G101,
        panes("jaeger", "ds-1", SEARCH),
    ),
    (
        into(explore.jaeger_trace(TRACE)),
        G101,
        panes("jaeger", "ds-1", f'"datasource":SOURCE,"query":"{TRACE}","refId":"A"'),
    ),
    (
        grafana.dashboard(GRAFANA, "shop--slo", DAY, {"slo": "availability", "cluster": "east"}),
        G100,
        "https://grafana.example.com/d/shop--slo?from=now-1d&to=now&var-slo=availability&var-cluster=east",
    ),
]

QUERY = 'app:"cart" AND path:it\'s'
A = (
    "&_a=(columns:!(),dataSource:(dataViewId:'view-1',type:dataView),filters:!(),index:'view-1',interval:auto,"
    "query:(language:lucene,query:'app:%22cart%22%20AND%20path:it%21%27s'),sort:!(!('%40timestamp',desc)))"
)
D = "https://kibana.example.com/s/mesh/app/discover#/?_g=(filters:!(),time:"
GO = '{{ (query "time()" | first | value | toTime).Format "2006-01-02T15:04:05.000Z" }}'
KIBANA_PAGES = [
    (kibana.discover(KIBANA, "view-1", QUERY, RECENT), f"{D}(from:now-1h,to:now)){A}"),
    (kibana.discover(KIBANA, "view-1", QUERY, DAY), f"{D}(from:now-1d,to:now)){A}"),
    (
        kibana.discover(KIBANA, "view-1", QUERY, INCIDENT),
        f"{D}(from:'2023-11-14T22:13:20.000Z',to:'2023-11-14T23:13:20.000Z')){A}",
    ),
    (
        kibana.discover(KIBANA, "view-1", QUERY, DASHBOARD),
        f"{D}(from:'${{__from:date:iso}}',to:'${{__to:date:iso}}')){A}",
    ),
    (
        kibana.discover(KIBANA, "view-1", QUERY, ALERT),
        f"{D}(from:'{GO.replace('time()', 'time() - 21600')}',to:'{GO}')){A}",
    ),
    (
        kibana.discover(Base.parse("http://localhost:5601/_dashboards"), "a!'b", "x", RECENT, time_field="t"),
        (
            "http://localhost:5601/_dashboards/app/discover#/?_g=(filters:!(),time:(from:now-1h,to:now))"
            "&_a=(columns:!(),dataSource:(dataViewId:'a%21%21%21%27b',type:dataView),filters:!(),index:'a%21%21%21%27b',"
            "interval:auto,query:(language:lucene,query:'x'),sort:!(!('t',desc)))"
        ),
    ),
]


@pytest.mark.parametrize(("url", "settings", "expected"), KIALI_PAGES)
def test_kiali(url, settings, expected):
    assert url.render() == expected
    assert kiali_grammar.parse(expected, url.base.text, settings.version)


@pytest.mark.parametrize(("url", "settings", "expected"), JAEGER_PAGES)
def test_jaeger(url, settings, expected):
    assert url.render() == expected
    assert jaeger_grammar.parse(expected, url.base.text, settings.version)


@pytest.mark.parametrize(("url", "settings", "expected"), GRAFANA_PAGES)
def test_grafana(url, settings, expected):
    assert url.render() == expected
    assert grafana_grammar.parse(expected, url.base.text, settings.version)


@pytest.mark.parametrize(("url", "expected"), KIBANA_PAGES)
def test_kibana(url, expected):
    assert url.render() == expected
    assert kibana_grammar.parse(expected, url.base.text)


def test_there_are_eighty():
    assert len(KIALI_PAGES) + len(JAEGER_PAGES) + len(GRAFANA_PAGES) + len(KIBANA_PAGES) >= 80


BASE = Base.parse("https://x.example.com")
REFUSED = [
    lambda: FixedWindow(1_700_000_000, 1_700_003_600),
    lambda: FixedWindow(1_700_000_000_000, 1_700_000_000_000),
    lambda: RecentWindow(Duration(999)),
    lambda: kiali.namespace_graph(BASE, K231, [], RECENT),
    lambda: kiali.namespace_graph(BASE, K231, ["a,b"], RECENT),
    lambda: kiali.listing(BASE, "services", [""], RECENT),
    lambda: jaeger.search(BASE, "a", RECENT, operation="all"),
    lambda: jaeger.search(BASE, "__all_services__", RECENT),
    lambda: grafana.dashboard(BASE, "u" * 41, RECENT),
    lambda: grafana.dashboard(BASE, "a b", RECENT),
    lambda: kiali.mesh(BASE, K181),
    lambda: kiali.listing(BASE, "pods", ["n"], RECENT),
    lambda: page(SERVICE, "logs"),
    lambda: page(WORKLOAD, "metrics"),
    lambda: page(WORKLOAD, "waypoint", settings=K27),
    lambda: page(SERVICE, "metrics", reporter="waypoint"),
    lambda: page(SERVICE, "metrics", quantiles=("95",)),
    lambda: page(SERVICE, "metrics", by_labels={"a-b": ()}),
    lambda: page(SERVICE, "metrics", by_labels={"a": ("v1,v2",)}),
    lambda: node(SERVICE, version="v1"),
    lambda: graph(ambient=None, grpc=None, http=False, tcp=None),
    lambda: graph(ambient=kiali.Ambient.TOTAL, grpc=None, http=False, tcp=None, settings=K173),
    lambda: kiali.custom_dashboard(BASE, K231, "n", SERVICE, "x", "go", RECENT),
    lambda: kiali.custom_dashboard(BASE, K231, "n", WORKLOAD, "x", "info", RECENT),
    lambda: kiali.custom_dashboard(BASE, K231, "n", WORKLOAD, "x", "a b", RECENT),
    lambda: kiali.istio_object(BASE, K231, "n", "Deployment", "x"),
    lambda: Condition("httpd", ">", Decimal(1)),
    lambda: Condition("%httperr", "contains", Decimal(1)),
    lambda: Condition("%httperr", ">", "1"),
    lambda: Condition("app", ">", "x"),
    lambda: Condition("app", "=", "a b"),
    lambda: Condition("app", "=", "or"),
    lambda: Condition("app", "=", ""),
    lambda: Condition("healthy", "=", "true"),
    lambda: found(FAILING, NOT_CART),
    lambda: found(NOT_CART, Condition("name", "=", "x")),
    found,
    lambda: jaeger.search(BASE, "", RECENT),
    lambda: jaeger.search(BASE, "a", RECENT, limit=0),
    lambda: jaeger.search(BASE, "a", RECENT, limit=1501),
    lambda: jaeger.search(BASE, "a", RECENT, min_duration=Duration(2), max_duration=Duration(1)),
    lambda: jaeger.trace(BASE, "xyz"),
    lambda: jaeger.trace(BASE, "0000"),
    lambda: jaeger.trace(BASE, TRACE, span_id="../x"),
    lambda: jaeger.compare(BASE, TRACE, TRACE),
    lambda: jaeger.deep_dependencies(BASE, JaegerSettings(version="1.17"), "a"),
    lambda: jaeger.deep_dependencies(BASE, J219, ""),
    lambda: jaeger.quality_metrics(BASE, JaegerSettings(version="1.17"), "a", RECENT),
    lambda: jaeger.quality_metrics(BASE, J219, "", RECENT),
    lambda: into(PROMETHEUS_QUERY, uid=""),
    lambda: into(PROMETHEUS_QUERY, uid="a b"),
    lambda: explore.jaeger("a", tags={"a b": "c"}),
    lambda: explore.jaeger_trace("x"),
    lambda: kibana.discover(BASE, "", "x", RECENT),
]


@pytest.mark.parametrize("build", REFUSED)
def test_what_a_product_would_replace_is_refused(build):
    with pytest.raises((UnsupportedError, ValueError)):
        build()


OF_ANOTHER_VERSION = [
    (kiali_grammar.parse, f"{K}/mesh", "https://mesh.example.com/kiali", "1.81"),
    (kiali_grammar.parse, f"{K}/tracing", "https://mesh.example.com/kiali", "1.74"),
    (kiali_grammar.parse, f"{K}/jaeger", "https://mesh.example.com/kiali", "1.75"),
    (kiali_grammar.parse, f"{K}/jaeger", "https://mesh.example.com/kiali", ""),
    (kiali_grammar.parse, f"{K}/namespaces/shop?duration=3600", "https://mesh.example.com/kiali", "2.25"),
    (
        kiali_grammar.parse,
        f"{G}&graphType=app{AMBIENT}&duration=60",
        "https://mesh.example.com/kiali",
        "1.89",
    ),
    (kiali_grammar.parse, f"{G}&waypoints=true", "https://mesh.example.com/kiali", "1.73"),
    (
        kiali_grammar.parse,
        f"{K}/namespaces/shop/workloads/w?tab=ztunnel",
        "https://mesh.example.com/kiali",
        "2.7",
    ),
    (
        kiali_grammar.parse,
        f"{K}/namespaces/shop/istio/virtualservices/w",
        "https://mesh.example.com/kiali",
        "2.0",
    ),
    (kiali_grammar.parse, f"{K}/namespaces/shop/istio/a/v1/B/w", "https://mesh.example.com/kiali", "1.89"),
    (jaeger_grammar.parse, f"{J}/monitor?service=a", J, "2.19"),
    (jaeger_grammar.parse, f"{J}/deep-dependencies?service=a", J, "1.17"),
    (jaeger_grammar.parse, f"{J}/quality-metrics?service=a", J, "1.17"),
    (grafana_grammar.parse, panes("prometheus", "ds-1", UP), "https://grafana.example.com", "10.0"),
    (grafana_grammar.parse, left("prometheus", "ds-1", UP), "https://grafana.example.com", "10.1"),
]


@pytest.mark.parametrize(("parse", "url", "base", "version"), OF_ANOTHER_VERSION)
def test_a_link_of_another_version_is_none(parse, url, base, version):
    with pytest.raises(Exception, match=r".") as caught:
        parse(url, base, version)
    assert type(caught.value).__name__ == "GrammarError"
