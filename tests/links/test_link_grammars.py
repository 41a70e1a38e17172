"""The grammars read back what was put in, however hostile, and refuse what no system would understand."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from generator.links import alertmanager, explore, grafana, jaeger, kiali, kibana
from generator.links.grammar import GrammarError, Placeholder, rison
from generator.links.grammar import alertmanager as alertmanager_grammar
from generator.links.grammar import grafana as grafana_grammar
from generator.links.grammar import jaeger as jaeger_grammar
from generator.links.grammar import kiali as kiali_grammar
from generator.links.grammar import kibana as kibana_grammar
from generator.links.kiali import NodeKind
from generator.links.url import Base
from generator.links.window import AlertWindow, DashboardWindow, FixedWindow, RecentWindow
from generator.promql.duration import Duration
from generator.spec.model import AlertmanagerSettings, GrafanaSettings, JaegerSettings, KialiSettings

BASE = Base.parse("https://x.example.com/base")
K = "https://x.example.com/base/console"
PAGES = "https://x.example.com/base"
J = f"{PAGES}/search"
G = "https://x.example.com/base/d"

HOSTILE = st.one_of(
    st.text(min_size=1),
    st.text("/?#&=%+ .:,;@{}[]()<>\"'`|\\$!*~^\n\t\0é\u202e", min_size=1),
    st.sampled_from(
        ["{{ query `up` }}", "${__from}", "../..", "%2e%2e", "a%20b", "//evil", "javascript:alert(1)"]
    ),
).filter(lambda text: text not in {".", "..", "all"})
LENGTHS = st.integers(1000, 90 * 86_400_000).map(Duration)
WINDOWS = st.one_of(
    st.builds(FixedWindow, st.integers(10**12, 2 * 10**12), st.integers(3 * 10**12, 4 * 10**12)),
    st.builds(DashboardWindow),
    st.builds(AlertWindow, LENGTHS),
    st.builds(RecentWindow, LENGTHS),
)


@given(HOSTILE, HOSTILE, HOSTILE, st.sampled_from(NodeKind), WINDOWS)
def test_kiali_reads_back_what_was_put_in(namespace, name, cluster, kind, window):
    settings = KialiSettings(version="2.0", cluster=cluster)
    for url in (
        kiali.details(BASE, settings, namespace, kind, name, "info", window),
        kiali.details(BASE, settings, namespace, kind, name, "traces", window),
        kiali.node_graph(BASE, settings, namespace, kind, name, window),
    ):
        parsed = kiali_grammar.parse(url.render(), BASE.text)
        assert parsed.page.removesuffix("-graph") == kind.value.removesuffix("s")
        assert parsed.path == {"namespace": namespace, "name": name}
        assert dict(parsed.query)["clusterName"] == cluster


@given(HOSTILE, HOSTILE, st.dictionaries(HOSTILE, HOSTILE, min_size=1), LENGTHS, WINDOWS)
def test_jaeger_reads_back_what_was_put_in(service, operation, tags, threshold, window):
    url = jaeger.search(
        BASE, service, window, operation=operation, tags=tags, min_duration=threshold
    ).render()
    assume(len(url) <= 7000)
    query = dict(jaeger_grammar.parse(url, BASE.text).query)
    assert query["service"] == service
    assert query["operation"] == operation
    assert json.loads(query["tags"]) == tags
    for page in (
        jaeger.deep_dependencies(BASE, JaegerSettings(), service, operation=operation),
        jaeger.quality_metrics(BASE, JaegerSettings(), service, window),
    ):
        assert dict(jaeger_grammar.parse(page.render(), BASE.text).query)["service"] == service
    assert query["minDuration"] in {f"{threshold.seconds}s", f"{threshold.milliseconds}ms"}


@given(HOSTILE, HOSTILE, WINDOWS)
def test_grafana_reads_back_what_was_put_in(name, value, window):
    parsed = grafana_grammar.parse(grafana.dashboard(BASE, "uid", window, {name: value}).render(), BASE.text)
    assert parsed.path == {"uid": "uid"}
    assert dict(parsed.query)[f"var-{name}"] == value


@given(HOSTILE, WINDOWS, st.sampled_from(["12.0", "9.5"]))
def test_explore_reads_back_what_was_put_in(text, window, version):
    for query in (
        explore.prometheus(text),
        explore.loki(text),
        explore.elasticsearch(text, "@timestamp"),
        explore.tempo(explore.tempo_search(text, errors=True, slower_than=Duration(1500))),
        explore.jaeger(text, operation=text, tags={"http.url": text}),
    ):
        url = explore.explore(BASE, GrafanaSettings(version=version), "uid-1", query, window).render()
        name = "panes" if version == "12.0" else "left"
        state = dict(grafana_grammar.parse(url, BASE.text, version).query)[name]
        pieces = state if isinstance(state, tuple) else (state,)
        read = json.loads("".join("0" if isinstance(piece, Placeholder) else piece for piece in pieces))
        (found,) = (read["sl1"] if version == "12.0" else read)["queries"]
        assert {name: found[name] for name in query.fields} == query.fields


@given(HOSTILE, HOSTILE, WINDOWS)
def test_kibana_reads_back_what_was_put_in(view, query, window):
    parsed = dict(kibana_grammar.parse(kibana.discover(BASE, view, query, window).render(), BASE.text).query)
    assert (parsed["index"], parsed["query"]) == (view, query)


LABELS = st.dictionaries(st.from_regex("[A-Za-z_][A-Za-z0-9_]{0,20}", fullmatch=True), HOSTILE, min_size=1)


@given(LABELS)
def test_alertmanager_reads_back_what_was_put_in(labels):
    settings = AlertmanagerSettings(version="0.34")
    for build, page in (
        (alertmanager.alerts, "alerts"),
        (alertmanager.silences, "silences"),
        (alertmanager.new_silence, "new-silence"),
    ):
        url = build(BASE, settings, labels).render()
        parsed = alertmanager_grammar.parse(url, BASE.text, "0.34")
        assert parsed.page == page
        assert json.loads(dict(parsed.query)["filter"]) == [[name, "=", labels[name]] for name in labels]
        assert not set(url) & set(' "<>\\^`{|}\n$')


@given(HOSTILE)
def test_nobody_else_reads_a_text_in_a_fragment(text):
    url = kibana.discover(BASE, text, text, RecentWindow(Duration(60_000))).render()
    assert "${" not in url
    assert "{{" not in url
    assert url.count("#") == 1
    assert url.count("&_a=") == 1
    assert not set(url) & set(' "<>\\^`{|}\n')


@pytest.mark.parametrize(
    "text", ["", "(", "(a:1", "(a:1,a:2)", "(a)", "!(1", "!x", "'a", "'a!b'", "a'b", "(a:1)x", "!(1 2)"]
)
def test_what_is_not_rison(text):
    with pytest.raises(GrammarError):
        rison.loads(text)


def test_rison():
    assert rison.loads("(a:!t,b:!f,c:!n,d:!(1,x,'y z'),e:(f:-1.5),g:'!!!'')") == {
        "a": True,
        "b": False,
        "c": None,
        "d": [1, "x", "y z"],
        "e": {"f": -1.5},
        "g": "!'",
    }


def test_times_that_others_fill_in_are_recognised():
    query = dict(
        jaeger_grammar.parse(
            jaeger.errors(BASE, "a", AlertWindow(Duration(60_000))).render(), BASE.text
        ).query
    )
    assert (query["start"], query["end"]) == (Placeholder("start", "us"), Placeholder("end", "us"))
    query = dict(
        grafana_grammar.parse(grafana.dashboard(BASE, "a", DashboardWindow()).render(), BASE.text).query
    )
    assert (query["from"], query["to"]) == (Placeholder("start", "ms"), Placeholder("end", "ms"))


@pytest.mark.parametrize(
    "url",
    [
        "https://y.example.com/base/console/namespaces/n/services/s",
        "https://x.example.com/basement/console/namespaces/n/services/s",
        f"{K}/namespace/n/services/s",
        f"{K}/namespaces/n/services",
        f"{K}/namespaces/n/services/",
        f"{K}/namespaces/n/services/..",
        f"{K}/namespaces/n/services/a b",
        f"{K}/namespaces/n/services/{{{{x}}}}",
        f"{K}/namespaces/n/services/s#info",
        f"{K}/graphpf/namespaces?namespaces=n",
        f"{K}/graph/namespaces?graphType=app",
        f"{K}/graph/namespaces?namespaces=n,",
        f"{K}/graph/namespaces?namespaces=n&graphType=apps",
        f"{K}/graph/namespaces?namespaces=n&edges=responseTime",
        f"{K}/graph/namespaces?namespaces=n&edges=rt95",
        f"{K}/graph/namespaces?namespaces=n&edges=responseTime,rt95,rt99",
        f"{K}/graph/namespaces?namespaces=n&edges=trafficRate,trafficRate",
        f"{K}/graph/namespaces?namespaces=n&traffic=http",
        f"{K}/graph/namespaces?namespaces=n&traffic=http,httpRequest,udp",
        f"{K}/graph/namespaces?namespaces=n&duration=7200",
        f"{K}/graph/namespaces?namespaces=n&duration=60&duration=60",
        f"{K}/graph/namespaces?namespaces=n&replayActive=true",
        f"{K}/graph/namespaces?namespaces=n&replayActive=true&replayStart=1700000000",
        f"{K}/graph/namespaces?namespaces=n&tab=info",
        f"{K}/namespaces/n/services/s?tab=logs",
        f"{K}/namespaces/n/services/s?tab=info&from=1700000000000&to=1700000000001",
        f"{K}/namespaces/n/services/s?tab=metrics&from=1700000000&to=1700000001",
        f"{K}/namespaces/n/services/s?tab=metrics&from=1700000000001&to=1700000000000",
        f"{K}/namespaces/n/services/s?tab=metrics&from=1700000000000",
        f"{K}/namespaces/n/services/s?tab=metrics&from=${{__to}}&to=${{__from}}",
        f"{K}/namespaces/n/services/s?tab=metrics&from=${{__from}}000&to=${{__to}}000",
        f"{K}/namespaces/n/services/s?tab=metrics&duration=${{__from}}",
        f"{K}/namespaces/n/services/s?tab=metrics&reporter=waypoint",
        f"{K}/namespaces/n/services/s?tab=metrics&quantiles=95",
        f"{K}/namespaces/n/services/s?tab=metrics&unknown=1",
        f"{K}/namespaces/n/services/s?clusterName=",
        f"{K}/namespaces/n/services/s?",
        f"{K}/namespaces/n/services/s?tab",
        f"{K}/namespaces/n/services/s?tab=in%2",
        f"{K}/namespaces/n/services/s?clusterName={{{{ query `up` }}}}",
    ],
)
def test_kiali_refuses(url):
    with pytest.raises(GrammarError):
        kiali_grammar.parse(url, BASE.text)


@pytest.mark.parametrize(
    "url",
    [
        f"{J}es?service=a&lookback=1h",
        f"{J}?lookback=1h",
        f"{J}?service=&lookback=1h",
        f"{J}?service=a",
        f"{J}?service=a&lookback=90m",
        f"{J}?service=a&lookback=custom",
        f"{J}?service=a&start=1700000000000000&end=1700000000000001",
        f"{J}?service=a&start=1700000000000000&end=1700000000000001&lookback=1h",
        f"{J}?service=a&start=1700000000000&end=1700000000001&lookback=custom",
        f"{J}?service=a&start=1700000000000001&end=1700000000000000&lookback=custom",
        f"{J}?service=a&start=${{__from}}&end=${{__to}}&lookback=custom",
        f"{J}?service=a&start=${{__from}}000&lookback=custom",
        f"{J}?service=a&lookback=1h&minDuration=1d",
        f"{J}?service=a&lookback=1h&maxDuration=5",
        f"{J}?service=a&lookback=1h&limit=0",
        f"{J}?service=a&lookback=1h&tags=error:true",
        f"{J}?service=a&lookback=1h&tags=%7B%22http.status_code%22:503%7D",
        f"{J}?service=a&lookback=1h&tags=%5B%5D",
        f"{J}?service=a&lookback=1h&tags=${{__from}}",
        f"{J}?service=a&lookback=1h&q=1",
        f"{J}?service=a&service=b&lookback=1h",
        f"{J}?service={'a' * 7000}&lookback=1h",
        f"{PAGES}/deep-dependencies",
        f"{PAGES}/deep-dependencies?service=a&showOp=yes",
        f"{PAGES}/deep-dependencies?service=a&operation=",
        f"{PAGES}/deep-dependencies?service=a&lookback=48",
        f"{PAGES}/quality-metrics?lookback=48",
        f"{PAGES}/quality-metrics?service=a&lookback=1h",
        f"{PAGES}/quality-metrics?service=a&lookback=0",
        f"{PAGES}/quality-metrics?service=a&showOp=1",
    ],
)
def test_jaeger_refuses(url):
    with pytest.raises(GrammarError):
        jaeger_grammar.parse(url, BASE.text)


A = "https://x.example.com/base/#/alerts"


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example.com/base#/alerts?filter=%7Ba%3D%22b%22%7D",
        "https://x.example.com/base/alerts?filter=%7Ba%3D%22b%22%7D",
        "https://x.example.com/base/?filter=%7Ba%3D%22b%22%7D#/alerts",
        f"{A}s?filter=%7Ba%3D%22b%22%7D",
        f"{A}?filter={{a%3D%22b%22}}",
        f"{A}?filter=%7B%7D",
        f"{A}?filter=a%3D%22b%22",
        f"{A}?filter=%7Ba%3Db%7D",
        f"{A}?filter=%7Ba%3D%22b%22,%7D",
        f"{A}?filter=%7Ba%3D%22b%22c%3D%22d%22%7D",
        f"{A}?filter=%7Ba%3D%22b%22%7D&filter=%7Ba%3D%22b%22%7D",
        f"{A}?filter=%7Ba%3D%22%5Cx%22%7D",
        f"{A}?filter=%7Ba.b%3D%22b%22%7D",
        f"{A}?silenced=yes",
        f"{A}?comment=x",
        "https://x.example.com/base/#/silences?silenced=true",
        "https://x.example.com/base/#/silences/1",
    ],
)
def test_alertmanager_refuses(url):
    with pytest.raises(GrammarError):
        alertmanager_grammar.parse(url, BASE.text)


def test_alertmanager_accepts_what_its_pages_offer():
    for url in (
        f"{A}?silenced=false&inhibited=false&active=true&filter=%7Ba%21~%22b%22,c%3D~%22d%22%7D&receiver=x",
        f"{A}?group=team,service&customGrouping=true",
        "https://x.example.com/base/#/silences/new?filter=%7Ba%21%3D%22b%22%7D&comment=known",
        "https://x.example.com/base/#/silences/0f8fad5b-d9cb-469f-a165-70867728950e",
    ):
        assert alertmanager_grammar.parse(url, BASE.text, "0.25")
    with pytest.raises(GrammarError, match="muted"):
        alertmanager_grammar.parse(f"{A}?muted=true", BASE.text, "0.27")
    with pytest.raises(GrammarError, match="own ways"):
        alertmanager_grammar.parse(f"{A}?filter=%7Ba%3D%22%5C%5C%22%7D", BASE.text, "0.31")


@pytest.mark.parametrize(
    "url",
    [
        f"{G}?from=now-1h&to=now",
        f"{G}/{'u' * 41}?from=now-1h&to=now",
        f"{G}/u%20id?from=now-1h&to=now",
        f"{G}/uid?from=now-1h",
        f"{G}/uid?from=1700000000&to=1700000001",
        f"{G}/uid?from=now-1500ms&to=now",
        f"{G}/uid?from=${{__from}}000&to=${{__to}}000",
        f"{G}/uid?from=${{x}}&to=now",
        f"{G}/uid?from=now-1h&to=now&slo=a",
        f"{G}/uid?from=now-1h&to=now&from=now-2h",
        f"{G}/uid?from=now-1h&to=now&var-slo=$slo",
    ],
)
def test_grafana_refuses(url):
    with pytest.raises(GrammarError):
        grafana_grammar.parse(url, BASE.text)


@pytest.mark.parametrize(
    "url",
    [
        f"{K}/graph/node/namespaces/n/applications/a/versions/v1?graphType=app&edges=throughput,throughputRequest",
        f"{K}/graph/node/namespaces/n/aggregates/request_operation/x?traffic=ambient,ambientZtunnel&idleNodes=true",
        f"{K}/graph/namespaces?namespaces=a,b&graphFind=rt%20%3E%201000&layout=dagre&rankBy=inboundEdges",
        f"{K}/namespaces/n/workloads/w?tab=ztunnel&kiosk=true&refresh=60000",
        f"{K}/namespaces/n/services/s?tab=metrics&bylbl=a%3Db&bylbl=c&duration=60&avg=true",
        f"{K}/namespaces/n/services/s",
    ],
)
def test_kiali_accepts_what_its_pages_offer(url):
    assert kiali_grammar.parse(url, BASE.text)
