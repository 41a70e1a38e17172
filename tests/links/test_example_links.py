"""Every link of the worked example, read by the grammar of where it leads.

Those of alerts as Prometheus fills them in, those of dashboards as Grafana does; the index, the runbooks.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from pages import anchors

from generator.diagnostics import Diagnostics
from generator.links.grammar import alertmanager as alertmanager_grammar
from generator.links.grammar import grafana as grafana_grammar
from generator.links.grammar import jaeger as jaeger_grammar
from generator.links.grammar import kiali as kiali_grammar
from generator.pipeline import CompiledService, compile_project
from generator.tree.inputs import Inputs
from links.rendered import PICTURE, dom, html, links, picture, pixels

ROOT = Path(__file__).parents[2]
OUT = ROOT / "out"
SYSTEMS = {
    "https://grafana.example.com": (grafana_grammar.parse, ""),
    "https://kiali.example.com/kiali": (kiali_grammar.parse, "2.20"),
    "https://jaeger.example.com/jaeger": (jaeger_grammar.parse, "2.17"),
    "https://alertmanager.example.com": (alertmanager_grammar.parse, "0.28"),
}
REPOSITORY = "https://github.com/example/mesh/blob/main/out/"
_JAEGER = ("https://jaeger.example.com/jaeger", "2.17")
TEAMS = {"runbooks.example.com", "github.com"}
LINKS = {"dashboard", "kiali", "jaeger", "logs"}
FIRED = 20_000 * 86_400  # seconds
QUERY = re.compile(r'\{\{ query "time\(\)(?: - (?P<ago>[0-9]+))?" \| first \| value \| printf "%\.0f" \}\}')


def read(url: str) -> str:
    """Read a link by the grammar of its system, or find the page that it leads to; return the system."""
    if url.startswith("/"):
        assert grafana_grammar.parse(url, "")
        return "grafana"
    for base, (parse, version) in SYSTEMS.items():
        if url.startswith(f"{base}/"):
            assert parse(url, base, version)
            return base
    if url.startswith(REPOSITORY):
        path, _, fragment = url.removeprefix(REPOSITORY).partition("#")
        assert not fragment or fragment in anchors(OUT / path)
        return "runbooks"
    assert urlsplit(url).hostname in TEAMS, url
    return "team"


def filled_in(template: str) -> str:
    """What Prometheus makes of a link at `FIRED`."""
    return QUERY.sub(lambda found: str(FIRED - int(found["ago"] or 0)), template)


@cache
def alerts() -> list[dict[str, Any]]:
    files = sorted((OUT / "prometheus" / "rules").rglob("*.yaml"))
    loaded = [yaml.load(path.read_text("utf-8"), yaml.CSafeLoader) for path in files]
    return [rule for file in loaded for group in file["groups"] for rule in group["rules"] if "alert" in rule]


@cache
def services() -> dict[tuple[str, str], CompiledService]:
    compiled = compile_project(Inputs(ROOT), Diagnostics()).services
    return {one.service.key: one for one in compiled}


def in_mesh(namespace: str, name: str) -> bool:
    return services()[namespace, name].service.dataplane != "none"


def test_every_alert_of_a_service_carries_its_links():
    of_services = [alert for alert in alerts() if "service" in alert["labels"]]
    assert len(of_services) > 100
    for alert in of_services:
        labels = alert["labels"]
        wanted = {*LINKS, "runbook_url"}
        if not in_mesh(labels["namespace"], labels["service"]):
            wanted -= {"kiali"}
        assert alert["annotations"].keys() >= wanted, alert["alert"]


def test_latency_leads_to_slow_traces_and_anything_else_to_failed_ones():
    slow = {(*key, one.slo.name): one.events.slow for key, found in services().items() for one in found.slos}
    for alert in alerts():
        labels = alert["labels"]
        if "slo" in labels:
            query = dict(jaeger_grammar.parse(filled_in(alert["annotations"]["jaeger"]), *_JAEGER).query)
            is_latency = slow[labels["namespace"], labels["service"], labels["slo"]] is not None
            assert ("minDuration" in query, "tags" in query) == (is_latency, not is_latency)
            length = (int(query["end"]) - int(query["start"])) // 1_000_000
            window = labels.get("long_window", "1h")
            assert length == {"1h": 3_600, "6h": 21_600, "1d": 86_400, "3d": 259_200}[window]


@pytest.mark.engine
def test_prometheus_fills_in_every_alerts_links(tmp_path):
    """One rule for each set of links, fired by promtool, which compares what it made of them."""
    sets = {
        tuple(
            sorted(
                (name, text) for name, text in alert["annotations"].items() if name in {*LINKS, "runbook_url"}
            )
        )
        for alert in alerts()
    }
    rules, tests = [], []
    for number, templates in enumerate(sorted(sets)):
        rules.append({"alert": f"A{number}", "expr": "vector(1)", "annotations": dict(templates)})
        expected = {name: filled_in(text) for name, text in templates}
        for url in expected.values():
            assert read(url)
        alert = {"exp_labels": {}, "exp_annotations": expected}
        tests.append({"eval_time": f"{FIRED}s", "alertname": f"A{number}", "exp_alerts": [alert]})
    test = {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": f"{FIRED}s",
        "tests": [{"interval": f"{FIRED}s", "alert_rule_test": tests}],
    }
    for name, content in (("rules.yaml", {"groups": [{"name": "g", "rules": rules}]}), ("test.yaml", test)):
        (tmp_path / name).write_text(yaml.dump(content, Dumper=yaml.CSafeDumper))
    promtool = shutil.which("promtool")
    assert promtool, "promtool is needed: apt-get install prometheus"
    run = subprocess.run(
        [promtool, "test", "rules", "test.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, (run.stdout + run.stderr)[-2000:]


GRAFANA_VARIABLES = {
    "__from": "1700000000000",
    "__to": "1700003600000",
    "__url_time_range": "from=1700000000000&to=1700003600000",
    "datasource:queryparam": "var-datasource=prometheus",
}


def in_grafana(url: str) -> str:
    """What Grafana makes of a link: its own variables, and a name in place of any other."""
    return re.sub(r"\$\{([^}]+)\}", lambda found: GRAFANA_VARIABLES.get(found[1], "x"), url)


def urls(node: object) -> Iterator[str]:
    """The address of every link below `node`."""
    if isinstance(node, dict):
        for name, below in node.items():
            if name == "links":
                yield from (link["url"] + _carried(link) for link in below)
            elif not (name == "url" and isinstance(below, str)):
                yield from urls(below)
    elif isinstance(node, list):
        for item in node:
            yield from urls(item)


def _carried(link: dict[str, Any]) -> str:
    """What Grafana adds to a link of a dashboard's head that keeps the time."""
    return "?${__url_time_range}" if link.get("keepTime") else ""


def dashboards() -> list[Path]:
    return sorted((OUT / "grafana" / "dashboards").rglob("*.json"))


def test_every_link_of_every_dashboard_leads_somewhere():
    seen: dict[str, int] = {}
    for path in dashboards():
        for url in urls(json.loads(path.read_text("utf-8"))):
            system = read(in_grafana(url))
            seen[system] = seen.get(system, 0) + 1
    assert seen.keys() == {*SYSTEMS, "team", "grafana", "runbooks"} - {"https://grafana.example.com"}
    assert sum(seen.values()) > 300


def markdown_links(text: str) -> list[str]:
    """The addresses of the links in Markdown, as a renderer reads them."""
    found = re.findall(r"\]\(((?:\\.|[^)\\])*)\)", text)
    return [url.replace("\\(", "(").replace("\\)", ")") for url in found]


def test_the_index_leads_from_each_service_to_each_system_in_one_click():
    text = (OUT / "links" / "README.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "](" in line]
    ordered = sorted(services())
    assert len(rows) == len(ordered)
    for key, row in zip(ordered, rows, strict=True):
        systems = {read(url) for url in markdown_links(row)}
        assert systems >= {*SYSTEMS} - (set() if in_mesh(*key) else {"https://kiali.example.com/kiali"})


def test_chromium_shows_the_index_and_its_links():
    """As a Git host shows it: every service one row, and from it one click to each system that it is in."""
    page = html((OUT / "links" / "README.md").read_text("utf-8"))
    found = links(dom(page))
    rows = [row for row in found.rows if row]
    ordered = sorted(services())
    assert len(rows) == len(ordered)
    for key, row in zip(ordered, rows, strict=True):
        systems = {read(url) for url in row}
        assert systems >= {*SYSTEMS} - (set() if in_mesh(*key) else {"https://kiali.example.com/kiali"}), key
    assert found.others
    assert all(map(read, found.others))
    size, shown = pixels(picture(page, (1130, 560)))
    assert size == (1130, 560)
    assert len(set(shown)) > 50  # a blank page has one colour; letters have all between two


def test_the_documentation_shows_such_a_picture():
    size, shown = pixels(PICTURE.read_bytes())
    assert size == (1130, 560)
    assert len(set(shown)) > 50


def test_every_link_of_every_runbook_leads_somewhere():
    pages = list((OUT / "runbooks").rglob("*.md"))
    assert len(pages) > 10
    for page in pages:
        found = markdown_links(page.read_text("utf-8"))
        assert found
        assert all(url.removeprefix("#") in anchors(page) if url[0] == "#" else read(url) for url in found)


def sections(page: str) -> dict[str, str]:
    """What stands below each heading of a page, by the anchor that GitHub gives to the heading."""
    parts = re.split(r"^#+ (.*)$", page, flags=re.MULTILINE)[1:]
    headings = (re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in parts[::2])
    return dict(zip(headings, parts[1::2], strict=True))


def test_the_section_of_an_alert_answers_what_to_do():
    """What it means, where to look in which order, how to silence it alone; beside it what the words mean."""
    seen = 0
    for alert in alerts():
        url = alert["annotations"].get("runbook_url", "")
        if not url.startswith(REPOSITORY):
            continue
        path, _, fragment = url.removeprefix(REPOSITORY).partition("#")
        page = sections((OUT / path).read_text("utf-8"))
        section = page[fragment]
        arrived = [
            read(filled_in(alert["annotations"][name])) for name in LINKS if name in alert["annotations"]
        ]
        assert {read(link) for link in markdown_links(section)} >= {
            *arrived,
            "https://alertmanager.example.com",
        }
        assert alert["alert"] in unquote(section.rpartition("silence this alert")[2])
        assert ("of the whole budget is gone" in section) == ("burn_tier" in alert["labels"])
        assert "look-here-in-this-order" in page
        in_the_mesh = in_mesh(alert["labels"]["namespace"], alert["labels"]["service"])
        for words in ("response-flags", "a-trace-ends-in-the-middle"):
            assert (words in page) == in_the_mesh
        seen += 1
    assert seen > 100


def test_the_files_for_programs_hold_the_same():
    for path in (OUT / "links").rglob("*.json"):
        for link in json.loads(path.read_text("utf-8"))["links"]:
            assert read(link["url"])
            assert unquote(link["url"]).isprintable()
