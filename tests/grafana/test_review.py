"""What is shown for a review: each mount of compose.yaml exists and is where its reader looks."""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import orjson
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
DASHBOARDS = [
    orjson.loads(path.read_bytes()) for path in sorted(ROOT.glob("out/grafana/dashboards/*/*.json"))
]


def mounts(service: str) -> dict[PurePosixPath, Path]:
    """Files and folders of this repository by the paths that they have inside."""
    found = {}
    for volume in COMPOSE[service]["volumes"]:
        ours, theirs, mode = volume.split(":")
        assert mode == "ro"
        found[PurePosixPath(theirs)] = ROOT / ours
    return found


def inside(service: str, path: str) -> Path:
    """The file or folder of this repository that a service sees as `path`."""
    for theirs, ours in mounts(service).items():
        if PurePosixPath(path).is_relative_to(theirs):
            return ours / PurePosixPath(path).relative_to(theirs)
    raise AssertionError(f"{service} does not see {path}")


def read(service: str, path: str):
    return yaml.safe_load(inside(service, path).read_text())


def test_what_is_mounted_exists():
    assert all(ours.exists() for service in COMPOSE for ours in mounts(service).values())


def test_images_are_pinned():
    assert all(re.fullmatch(r"[a-z]+/[a-z]+:v?\d+\.\d+\.\d+", each["image"]) for each in COMPOSE.values())


def test_only_this_machine_reaches_the_ports():
    assert all(port.startswith("127.0.0.1:") for each in COMPOSE.values() for port in each["ports"])


def test_prometheus_reads_every_rule_file():
    config = read("prometheus", "/etc/prometheus/prometheus.yml")
    assert not any("*" in str(PurePosixPath(pattern).parent) for pattern in config["rule_files"])
    root = inside("prometheus", "/etc/prometheus/rules")
    for file in root.rglob("*.yaml"):
        path = PurePosixPath("/etc/prometheus/rules", file.relative_to(root))
        # fnmatch lets * match a slash, Prometheus does not
        patterns = [each for each in config["rule_files"] if PurePosixPath(each).parent == path.parent]
        assert any(fnmatch.fnmatch(str(path), pattern) for pattern in patterns), path


def test_grafana_finds_every_dashboard():
    providers = read("grafana", "/etc/grafana/provisioning/dashboards/sightline.yaml")["providers"]
    shown = {file for each in providers for file in inside("grafana", each["options"]["path"]).glob("*.json")}
    assert len(shown) == len(DASHBOARDS) > 0


def test_links_into_explore_lead_to_what_is_provisioned():
    provided = read("grafana", "/etc/grafana/provisioning/datasources/review.yaml")["datasources"]
    links = [link["url"] for dashboard in DASHBOARDS for link in dashboard.get("links", ())]
    wanted = {uid for url in links for uid in re.findall(r'"datasource":"([^"]+)"', unquote(url))}
    chosen = {
        variable["current"]["value"]
        for dashboard in DASHBOARDS
        for variable in dashboard["templating"]["list"]
        if variable["type"] == "datasource" and variable.get("current")
    }
    assert wanted >= {"prometheus", "loki"}
    assert wanted | chosen <= {each["uid"] for each in provided}
    # Viewers may not open Explore.
    assert COMPOSE["grafana"]["environment"]["GF_AUTH_ANONYMOUS_ORG_ROLE"] == "Editor"


def test_every_kind_of_data_source_is_provisioned():
    provided = read("grafana", "/etc/grafana/provisioning/datasources/review.yaml")["datasources"]
    types = {each["type"] for each in provided}
    wanted = {
        variable["query"]
        for dashboard in DASHBOARDS
        for variable in dashboard["templating"]["list"]
        if variable["type"] == "datasource"
    }
    assert wanted <= types
    assert sum(bool(each.get("isDefault")) for each in provided) == 1
    variables = set(re.findall(r"\$(\w+)", str([each["url"] for each in provided])))
    assert variables <= set(COMPOSE["grafana"]["environment"])
