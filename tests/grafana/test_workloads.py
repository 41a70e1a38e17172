"""Whatever has pods can be chosen on the dashboard of workloads: Deployments, StatefulSets, DaemonSets."""

from __future__ import annotations

import re

import pytest

from grafana.examples import panels, project, rendered
from grafana.test_queries_on_prometheus import evaluate

pytestmark = pytest.mark.engine

SERIES = {
    'kube_deployment_spec_replicas{namespace="shop",deployment="cart"}': "3x100",
    'kube_deployment_status_replicas_available{namespace="shop",deployment="cart"}': "2x100",
    'kube_statefulset_replicas{namespace="shop",statefulset="redis"}': "5x100",
    'kube_statefulset_status_replicas_ready{namespace="shop",statefulset="redis"}': "5x100",
    'kube_daemonset_status_desired_number_scheduled{namespace="shop",daemonset="agent"}': "7x100",
    'kube_daemonset_status_number_available{namespace="shop",daemonset="agent"}': "4x100",
    'kube_deployment_spec_replicas{namespace="other",deployment="elsewhere"}': "1x100",
}


@pytest.fixture(scope="module")
def page():
    return rendered(project())["shop--workload"]


def variables(page):
    return {item["name"]: item for item in page.data["templating"]["list"]}


def test_each_kind_is_offered(tmp_path, page):
    variable = variables(page)["workload"]
    query = re.fullmatch(r"(?s)query_result\((.+)\)", variable["definition"])[1]
    query = query.replace("$namespace", "shop")
    names = ("cart", "redis", "agent")
    expected = {
        f'sum(({query}) and on (workload) label_replace(vector(1), "workload", "{name}", "", ""))': [1]
        for name in names
    }
    evaluate(tmp_path, SERIES, expected | {f"count({query})": [3]})
    # What Grafana makes of a line of the answer.
    regex = variable["regex"].strip("/")
    assert re.search(regex, '{workload="cart"} 1 1700000000000')[1] == "cart"
    assert variable["multi"] is False


@pytest.mark.parametrize(
    ("workload", "wanted", "available"), [("cart", 3, 2), ("redis", 5, 5), ("agent", 7, 4)]
)
def test_replicas_are_told_of_each_kind(tmp_path, page, workload, wanted, available):
    shown = panels(page)
    expected = {
        shown[title]["targets"][0]["expr"].replace("$namespace", "shop").replace("$workload", workload): [
            value
        ]
        for title, value in (
            ("Replicas wanted", wanted),
            ("Replicas available", available),
            ("Replicas missing", wanted - available),
        )
    }
    evaluate(tmp_path, SERIES, expected)
