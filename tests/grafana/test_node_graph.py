"""The graph of the mesh: where an edge leads to a node that is not there, Grafana shows an error instead."""

from __future__ import annotations

import pytest

from generator.spec.aspects.calls import Call
from grafana.examples import panels, project, rendered, service
from grafana.test_queries_on_prometheus import evaluate

pytestmark = pytest.mark.engine

REQUESTS, CONNECTIONS = "istio_requests_total", "istio_tcp_connections_opened_total"
GATEWAY, PAGE, REDIS = "istio-system/gateway", "bookinfo/productpage", "bookinfo/redis"


def seen(metric: str, caller: str, callee: str, reporter: str = "destination", code: str = "200") -> str:
    (from_namespace, source), (namespace, name) = caller.split("/"), callee.split("/")
    return (
        f'{metric}{{reporter="{reporter}",response_code="{code}",source_workload_namespace="{from_namespace}",'
        f'source_canonical_service="{source}",destination_service_namespace="{namespace}",'
        f'destination_service_name="{name}"}}'
    )


MESH = {
    seen(REQUESTS, GATEWAY, PAGE): "0+30x100",
    seen(REQUESTS, PAGE, "bookinfo/reviews"): "0+45x100",
    seen(REQUESTS, PAGE, "bookinfo/reviews", code="503"): "0+15x100",
    seen(REQUESTS, PAGE, "unknown/unreached", reporter="source", code="503"): "0+3x100",
    seen(REQUESTS, "unknown/unknown", "bookinfo/idle"): "7x100",
    seen(CONNECTIONS, PAGE, REDIS): "0+6x100",
    "up": "1x100",
}


@pytest.fixture(scope="module")
def queries() -> list[str]:
    declared = tuple(Call(name=name, namespace="bookinfo") for name in ("reviews", "never-called"))
    page = rendered(project(service(calls=declared)))["shop--mesh"]
    return [target["expr"] for target in panels(page)["Services and calls"]["targets"]]


def test_every_end_of_an_edge_is_a_node(tmp_path, queries):
    mainstat, failed, good, edges = queries
    ends = [f'label_replace({edges}, "node", "$1", "{end}", "(.+)")' for end in ("source", "target")]
    edge = f"({ends[0]} or {ends[1]})"
    known = [f'label_replace({nodes}, "node", "$1", "id", "(.+)")' for nodes in (mainstat, failed, good)]
    expected: dict[str, list[float]] = {f"count({edge} unless on (node) {nodes})": [] for nodes in known}
    # Which edges there are, so that the above says something: four that are seen, two that are declared.
    expected |= {f"count({edges})": [6], f"count({edges} == 0)": [2]}
    evaluate(tmp_path, MESH, expected)


def test_nodes_are_told_apart_by_their_names_and_say_what_reaches_them(tmp_path, queries):
    mainstat, failed, good, _ = queries
    node = {
        "bookinfo/reviews": (2, 0.25, 0.75),
        "bookinfo/productpage": (1, 0, 1),
        "istio-system/gateway": (0, 0, 0),
        "bookinfo/redis": (0, 0, 0),
        "bookinfo/never-called": (0, 0, 0),
        "bookinfo/idle": (0, 0, 0),
    }
    expected = {
        f'sum({query} and on (id) label_replace(up, "id", "{name}", "", ""))': [value]
        for name, values in node.items()
        for query, value in zip((f"({mainstat})", f"({failed})", f"({good})"), values, strict=True)
    }
    # One row for each node in Grafana's table, which joins the three by all of their labels.
    joined = [f"count(({query}) unless on (id, title) ({mainstat}))" for query in (failed, good)]
    evaluate(tmp_path, MESH, expected | {query: [] for query in joined})


def test_without_a_mesh_there_is_no_graph_but_what_is_declared(tmp_path):
    page = rendered(project())["shop--mesh"]
    targets = [target["expr"] for target in panels(page)["Services and calls"]["targets"]]
    evaluate(tmp_path, {"up": "1x100"}, {f"count({query})": [] for query in targets})
