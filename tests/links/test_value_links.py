"""Links of values that Grafana alone knows: with its variables, and with what stands in their place."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from urllib.parse import quote

import pytest

from generator.links.grammar import grafana as grafana_grammar
from generator.links.grammar import jaeger as jaeger_grammar
from generator.links.grammar import kiali as kiali_grammar
from generator.links.grammar import kibana as kibana_grammar
from generator.links.values import value_links
from generator.promql.duration import Duration
from generator.spec.model import DataSources, GrafanaSettings, LogSettings, TracingSettings
from links.examples import platform

CONSOLE = "https://mesh.example.com/kiali/console"
NAMES = {
    "namespace": "__data.fields.namespace",
    "service": "__field.labels.service",
    "workload": "workload",
    "cluster": "cluster",
}
VALUES = {
    "__data.fields.namespace": "shop",
    "__field.labels.service": "cart",
    "workload": "cart-v1",
    "cluster": "east 1/é",
    "__from": "1700000000000",
    "__to": "1700003600000",
    "__from:date:iso": "2023-11-14T22:13:20.000Z",
    "__to:date:iso": "2023-11-14T23:13:20.000Z",
}
PARSERS = {
    "kiali": (kiali_grammar.parse, "https://mesh.example.com/kiali"),
    "jaeger": (jaeger_grammar.parse, "https://tracing.example.com:8443/jaeger"),
    "tempo": (grafana_grammar.parse, ""),
    "loki": (grafana_grammar.parse, ""),
    "elasticsearch": (grafana_grammar.parse, ""),
    "kibana": (kibana_grammar.parse, "https://kibana.example.com"),
}
SOURCES = GrafanaSettings(
    url="https://grafana.example.com", data_sources=DataSources(prometheus="p", logs="l", traces="t")
)
LOKI = LogSettings(kind="loki")
ELASTIC = LogSettings(kind="elasticsearch", selector='ns:"$namespace" AND app:"$service"')
KIBANA = replace(ELASTIC, url="https://kibana.example.com", data_view="it's")


def substituted(url: str) -> str:
    """What Grafana makes of a link: each variable replaced, encoded where it says so."""

    def value(found: re.Match[str]) -> str:
        name, encoded, _ = found[1].partition(":percentencode")
        return quote(VALUES[name], safe="") if encoded else VALUES[name]

    return re.sub(r"\$\{([^}]+)\}", value, url)


@pytest.mark.parametrize("logs", [LOKI, ELASTIC, KIBANA], ids=["loki", "elasticsearch", "kibana"])
@pytest.mark.parametrize("provider", ["jaeger", "tempo"])
def test_every_link_parses_with_grafanas_variables_substituted(logs, provider):
    seen = platform(grafana=SOURCES, logs=logs, tracing=TracingSettings(provider=provider))
    links = value_links(seen, **NAMES, slow=Duration.parse("1s"))
    assert {link.system for link in links} >= {"kiali", provider}
    assert len(links) == 10
    for link in links:
        parse, base = PARSERS[link.system]
        assert parse(substituted(link.url), base)


def test_the_links_of_a_row():
    found = {
        (link.system, link.kind): link.url for link in value_links(platform(), namespace="ns", service="svc")
    }
    ns, svc = "${ns:percentencode}", "${svc:percentencode}"
    assert found["kiali", "page"] == (
        f"{CONSOLE}/namespaces/{ns}/services/{svc}?tab=metrics&from=${{__from}}&to=${{__to}}&quantiles=0.95%200.99"
    )
    assert found["jaeger", "errors"] == (
        f"https://tracing.example.com:8443/jaeger/search?service={svc}.{ns}&tags=%7B%22error%22:%22true%22%7D"
        "&start=${__from}000&end=${__to}000&lookback=custom&limit=20"
    )
    assert "clusterName" not in found["kiali", "page"]


def test_the_names_reach_the_query():
    seen = platform(
        grafana=SOURCES, logs=LOKI, tracing=TracingSettings(provider="tempo", service_name="$service")
    )
    links = {link.system: substituted(link.url) for link in value_links(seen, **NAMES)}
    panes = json.loads(dict(grafana_grammar.parse(links["loki"], "").query)["panes"])
    assert panes["sl1"]["queries"][0]["expr"] == '{namespace="shop", app="cart"}'
    panes = json.loads(dict(grafana_grammar.parse(links["tempo"], "").query)["panes"])
    assert panes["sl1"]["queries"][0]["query"] == '{ resource.service.name = "cart" }'


def test_a_workload_alone_is_in_kiali_alone():
    links = value_links(platform(), namespace="namespace", workload="workload")
    assert [(link.system, link.kind) for link in links] == [
        ("kiali", "workload"),
        ("kiali", "graph"),
        ("kiali", "logs"),
    ]


def test_a_revision_has_metrics_and_traces_of_its_own():
    links = value_links(platform(), namespace="ns", service="svc", revision="__field.labels.rev")
    found = {link.system: link.url for link in links if link.kind == "revision"}
    rev = "${__field.labels.rev:percentencode}"
    assert found["kiali"].endswith(f"&bylbl=destination_canonical_revision%3D{rev}")
    assert f"&tags=%7B%22istio.canonical_revision%22:%22{rev}%22%7D&" in found["jaeger"]


def test_what_is_no_name_of_a_variable_is_refused():
    with pytest.raises(ValueError, match="a b"):
        value_links(platform(), namespace="a b", service="x")
