"""The built-in dashboards: what they ask, promise and show, from the model alone."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys

import pytest

from generator import names
from generator.diagnostics import Diagnostics
from generator.grafana import lint
from generator.grafana.compile import compile_dashboards
from generator.grafana.edge.emit import dashboard as emit
from generator.grafana.links import of_service
from generator.grafana.lint.promql import substitute
from generator.grafana.model import Dashboard, DataLink, Field, Query, Row, Variable, Written
from generator.grafana.panels import KINDS, PANELS, Text
from generator.grafana.render import render
from generator.links.service import NamedLink
from generator.promql.build import Matcher
from generator.promql.catalogue import Catalogue, Metric
from generator.promql.checks import Known
from generator.promql.duration import Duration
from generator.promql.parse import parse
from generator.promql.tree import selectors
from generator.rules.links import alert_links
from generator.rules.slo import compile_slo
from generator.sli.availability import Record as Availability
from generator.spec.aspects.rollout import Rollout
from generator.telemetry import Subject, load_profile
from grafana.examples import dashboards, expressions, panels, project, rendered, service, slo

SERVICE = "shop--service--bookinfo--reviews"
FLEET = "shop--fleet"
# Without a fixture nobody can say that there is nothing to show, but for what few have.
SHARED = ("shop--slo", "shop--mesh", "shop--workload", "shop--capacity")


def test_a_fleet_and_a_dashboard_for_each_service():
    assert set(rendered(project(service("reviews"), service("ratings")))) == {
        FLEET,
        SERVICE,
        "shop--service--bookinfo--ratings",
        *SHARED,
    }


def test_a_dashboard_is_there_where_it_has_something_to_show():
    """With a fixture, what it does not hold is not drawn; what nobody rolls out has no release."""
    made = project(service())
    bare = Known(catalogue=Catalogue(metrics={}), recorded={names.INFO: frozenset()})
    assert set(dashboards(made, bare)) == {
        FLEET,
        SERVICE,
        "shop--slo",
        "shop--capacity",
    }
    rollout = Rollout(baseline="v1", candidates=("v2",))
    (release,) = set(rendered(project(service(rollout=rollout)))) - {FLEET, SERVICE, *SHARED}
    assert release == "shop--release--bookinfo--reviews"
    outside = project(service(subject=None, dataplane="none"))
    assert "shop--mesh" not in rendered(outside)


def test_the_pipeline_is_shown_where_a_fixture_shows_it():
    metric = Metric(name="otelcol_receiver_accepted_spans", type="counter", label_sets=(frozenset({"pod"}),))
    known = Known(catalogue=Catalogue(metrics={metric.name: metric}), recorded={})
    pages = {uid: render(page) for uid, page in dashboards(project(), known).items()}
    found = panels(pages["shop--pipeline"])
    assert set(found) == {"Spans", "Spans through the collectors"}


def test_shared_dashboards_lead_to_each_other_and_keep_what_is_chosen():
    made = rendered(project())
    for uid in (*SHARED, FLEET):
        links = [link for link in made[uid].data["links"] if link["url"].startswith("/d/shop--")]
        assert {link["url"].removeprefix("/d/") for link in links} == {*SHARED, FLEET} - {uid}
        assert all(link["keepTime"] and link["includeVars"] for link in links)


@pytest.mark.parametrize("identity", [(), ("cluster", "region")])
def test_our_dashboards_pass_every_rule(identity):
    diagnostics = Diagnostics()
    made = project(
        service("reviews"),
        service("redis", subject=None, protocols=()),
        service("empty", slos=()),
        identity_labels=identity,
        team="shop",
    )
    pages = compile_dashboards(made, diagnostics)
    assert diagnostics.items == []
    assert all(len(page.text.encode()) <= 100_000 for page in pages)


def test_json_is_sorted_classic_and_without_nulls():
    text = rendered(project())[SERVICE].page.text
    assert text.endswith("}\n")
    assert '"schemaVersion": 42' in text
    assert [line for line in text.splitlines() if "null" in line and '"value": null' not in line] == []
    data = rendered(project())[SERVICE].data
    assert data["tags"] == ["sightline", "service"]
    assert "id" not in data
    assert "version" not in data


def recorded(dashboard) -> set[str]:
    found = set()
    for text in expressions(dashboard):
        found |= {use.metric for use in selectors(parse(substitute(text)))}
    return {metric for metric in found if metric.startswith("slo")}


@pytest.mark.parametrize("alerting", [True, False])
@pytest.mark.parametrize("period", ["7d", "28d", "30d"])
def test_every_record_that_is_read_is_one_that_the_rules_define(period, alerting):
    made = slo(period=Duration.parse(period), sli=Availability())
    if not alerting:
        made = dataclasses.replace(made, burn_alerts=())
    reviews = service(slos=(made,))
    platform = project().platform
    compiled = compile_slo(platform, reviews, made, alert_links(platform, reviews), Diagnostics())
    defined = {rule.record for group in compiled.groups for rule in group.rules}
    pages = rendered(project(reviews))
    assert names.error_ratio_record(period) in recorded(pages[SERVICE])
    for page in pages.values():
        assert recorded(page) <= defined


def test_raw_telemetry_is_asked_only_where_there_is_some():
    with_mesh = panels(rendered(project(service()))[SERVICE])
    without = panels(rendered(project(service(subject=None)))[SERVICE])
    assert set(with_mesh) - set(without) == {
        "Traffic and errors",
        "Requests by response",
        "Share of failed requests",
        "Failures by response flag: the 10 highest",
        "Latency",
        "Request duration",
        "Durations over time",
        "Callers and calls",
        "Callers",
        "Calls",
        "Neighbours",
        "Failures by caller, workload and flag: the 10 highest",
    }


def test_rates_use_the_rate_interval_and_ratios_are_guarded():
    for dashboard in rendered(project()).values():
        for text in expressions(dashboard):
            assert "or vector(0)" not in text
            assert set(re.findall(r"\[([^]-]+)\]", text)) <= {
                "$__rate_interval",
                "1h",
                "2m",
                "5m:1m",
                "6h",
                "6h:5m",
            }
    ratio = panels(rendered(project())[SERVICE])["Share of failed requests"]["targets"][0]["expr"]
    assert ratio.rstrip().endswith("> 0)")


def test_thresholds_and_decimals_come_from_the_objective_and_the_alerts():
    found = panels(rendered(project(service(slos=(slo(objective="99.95"),))))[SERVICE])
    achieved = found["availability: achieved over 30d"]["fieldConfig"]["defaults"]
    assert [step["value"] for step in achieved["thresholds"]["steps"]] == [None, 0.9995]
    assert achieved["decimals"] == 3
    burn = found["availability: burn rate"]["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [(step["value"], step["color"]) for step in burn[1:]] == [
        (1, "orange"),
        (3, "orange"),
        (6, "red"),
        (14.4, "red"),
    ]
    errors = found["availability: error ratio"]["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [step["value"] for step in errors] == [None, 0.0005, 0.003]
    left = found["availability: error budget left"]["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [step["value"] for step in left] == [None, 0, 0.25]


def test_an_slo_without_alerts_still_has_its_graphs():
    bare = service(slos=(dataclasses.replace(slo("bare"), burn_alerts=()),))
    burn = panels(rendered(project(bare))[SERVICE])["bare: burn rate"]
    assert [target["legendFormat"] for target in burn["targets"]] == ["1h", "6h", "1d", "3d"]
    assert len(burn["fieldConfig"]["defaults"]["thresholds"]["steps"]) == 1


def test_no_data_is_said_and_never_a_number():
    for dashboard in rendered(project()).values():
        for panel in panels(dashboard).values():
            defaults = panel.get("fieldConfig", {}).get("defaults")
            if defaults is not None:
                assert defaults["noValue"] in {"No data", "None firing"}
            if panel["type"] == "timeseries":
                assert defaults["custom"]["spanNulls"] is False


def test_identity_labels_are_chosen_and_told_apart():
    made = rendered(project(identity_labels=("cluster",)))
    for uid in (FLEET, SERVICE, "shop--slo"):
        dashboard = made[uid]
        variable = next(item for item in dashboard.data["templating"]["list"] if item["name"] == "cluster")
        assert variable["query"]["query"] == "label_values(slo_info, cluster)"
    found = panels(made[SERVICE])["availability: burn rate"]["targets"][0]
    assert 'cluster=~"$cluster"' in found["expr"]
    assert found["legendFormat"] == "1h {{cluster}}"


def test_one_objective_in_several_clusters_is_several_lines_with_names():
    page = rendered(project(identity_labels=("cluster",)))["shop--slo"]
    for title, panel in panels(page).items():
        for target in panel.get("targets", ()):
            if panel["type"] == "table":
                assert "cluster" in target["expr"].partition(")")[0], title
            else:
                assert "{{cluster}}" in target.get("legendFormat", ""), title
    alone = panels(rendered(project())["shop--slo"])
    assert [target["legendFormat"] for target in alone["Error ratio"]["targets"]] == ["5m", "1h", "allowed"]


@pytest.mark.parametrize("uid", [SERVICE, "shop--mesh"])
def test_the_cluster_that_is_chosen_holds_for_every_series_of_the_mesh(uid):
    page = rendered(project(identity_labels=("cluster",)))[uid]
    narrowed = [panel for panel in panels(page).values() if "destination_" in str(panel.get("targets"))]
    assert len(narrowed) > 7
    for panel in narrowed:
        for target in panel["targets"]:
            selectors = re.findall(r"istio_\w+\{[^}]*\}", target["expr"])
            assert all('cluster=~"$cluster"' in each for each in selectors), panel["title"]


def test_the_fleet_links_each_line_to_its_service():
    table = panels(rendered(project())[FLEET])["Objectives"]
    assert "dashboard" in table["targets"][0]["expr"]
    link = next(
        item["value"][0]["url"]
        for override in table["fieldConfig"]["overrides"]
        for item in override["properties"]
        if item["id"] == "links"
    )
    assert link == "/d/${__data.fields.Dashboard}?${datasource:queryparam}&${__url_time_range}"
    titles = {override["matcher"]["options"] for override in table["fieldConfig"]["overrides"]}
    assert {"Namespace", "Service", "SLO", "Objective", "Budget left", "Dashboard"} <= titles


def test_titles_are_unique_even_where_names_are_not():
    made = project(service("a", display_name="Shop"), service("b", display_name="Shop"), service("c"))
    assert [item.title for item in dashboards(made).values() if item.kind == "service"] == [
        "Service / Shop (bookinfo/a)",
        "Service / Shop (bookinfo/b)",
        "Service / C",
    ]


def test_links_of_other_tools_stand_in_the_head_and_on_values():
    links = of_service(
        [
            NamedLink("grafana", "dashboard", "Dashboard", "/d/self"),
            NamedLink("kiali", "page", "Kiali: graph", "https://kiali.example.com/x?a=${__from}"),
            NamedLink("kiali", "workload", "Kiali: v1", "https://kiali.example.com/v1"),
            NamedLink("jaeger", "errors", "Jaeger: errors", "https://jaeger.example.com/errors"),
            NamedLink("jaeger", "slow", "Jaeger: slow", "https://jaeger.example.com/slow"),
            NamedLink("jaeger", "traces", "Jaeger: all", "https://jaeger.example.com/all"),
            NamedLink("user", "link", "Wiki $__user", "https://wiki.example.com"),
        ]
    )
    made = dashboards(project(), links={("bookinfo", "reviews"): links})
    (dashboard,) = (item for item in made.values() if item.kind == "service")
    data = render(dashboard).data
    assert [link["title"] for link in data["links"]] == [
        "All SLOs",
        "Kiali: graph",
        "Jaeger: errors",
        "Jaeger: slow",
        "Jaeger: all",
        "Wiki ${literal_dollar}__user",
    ]
    assert [link.title for link in links.workloads] == ["Kiali: v1"]
    shown = panels(render(dashboard))
    for title, trace in (("Request duration", "slow"), ("Share of failed requests", "errors")):
        on_values = shown[title]["fieldConfig"]["defaults"]["links"]
        assert [link["title"] for link in on_values] == ["Kiali: graph", f"Jaeger: {trace}"]
    assert links.durations[0] == DataLink(
        title="Kiali: graph", url="https://kiali.example.com/x?a=${__from}", new_tab=True
    )


def test_where_nobody_says_what_is_slow_durations_lead_to_all_traces():
    links = of_service(
        [
            NamedLink("jaeger", kind, kind, f"https://jaeger.example.com/{kind}")
            for kind in ("errors", "traces")
        ]
    )
    assert [link.title for link in links.durations] == ["traces"]
    assert [link.title for link in links.failures] == ["errors"]


HOSTILE = '"}</script><img src=x> $__from ${datasource} [[x]] {{ .Labels }} \\ `a` *b* \u202e'


def test_hostile_text_stays_text():
    made = project(
        service(
            display_name=HOSTILE,
            description=HOSTILE,
            labels={"team": HOSTILE},
            slos=(slo(description=HOSTILE),),
            runbook="https://x.example.com/$__from",
        ),
        team=HOSTILE,
    )
    diagnostics = Diagnostics()
    compile_dashboards(made, diagnostics)
    assert diagnostics.items == []
    data = rendered(made)[SERVICE].data
    assert data["title"] == f"Service / {HOSTILE}"  # plain text in Grafana: neither interpolated nor HTML
    about = panels(rendered(made)[SERVICE])["About"]["options"]["content"]
    assert "<" not in about
    assert "$__from" not in about
    assert "${" not in about
    description = panels(rendered(made)[SERVICE])["availability: objective"]["description"]
    assert "<" not in description
    assert "$" not in description


def test_hostile_matchers_neither_leave_their_string_nor_become_variables():
    matcher = Matcher("path", "=~", '"}$__from|[[x]]|\\d+$')
    plain = service()
    hostile = service(subject=plain.subject.with_matchers((matcher,)))
    dashboard = rendered(project(hostile))[SERVICE]
    declared = {item["name"] for item in dashboard.data["templating"]["list"]}
    assert declared == {"datasource", "literal_bracket", "literal_dollar"}
    requests = panels(dashboard)["Request duration"]["targets"][0]["expr"]
    seen = requests.replace("${literal_dollar}", "$").replace("${literal_bracket}", "[")
    (use,) = selectors(parse(substitute(seen)))
    assert matcher in use.matchers


def test_panel_ids_survive_an_inserted_panel_and_row():
    dashboard = dashboards(project())[SERVICE]
    extra = Text(key="extra", title="Extra", description="New.", width=6, height=4, markdown="x")
    rows = tuple(
        Row(key=row.key, title=row.title, panels=(extra, *row.panels), collapsed=row.collapsed)
        for row in dashboard.rows
    )
    grown = dataclasses.replace(dashboard, rows=(Row(key="first", title="First", panels=(extra,)), *rows))
    before = {title: panel["id"] for title, panel in panels(render(dashboard)).items()}
    after = {title: panel["id"] for title, panel in panels(render(grown)).items()}
    assert before.items() <= after.items()


def test_collapsed_rows_hold_their_panels():
    dashboard = dashboards(project())[SERVICE]
    rows = tuple(
        Row(key=row.key, title=row.title, panels=row.panels, collapsed=True) for row in dashboard.rows
    )
    folded = dataclasses.replace(dashboard, rows=rows)
    page = render(folded)
    assert {panel["type"] for panel in page.data["panels"]} == {"text", "row"}
    assert set(panels(page)) == set(panels(render(dashboard)))
    assert [code for code, _ in lint.findings(lint.View.of(page))] == []


def test_every_panel_kind_is_registered_and_rendered_as_itself():
    """By the names that dashboards in YAML have for them, which are Grafana's."""
    query = Query(expr="sum by (le) (rate(x_bucket[5m]))")
    made = {}
    for name, kind in KINDS.items():
        written = Written(
            key=name,
            title=name,
            description="d",
            width=8,
            height=4,
            queries=(query,),
            field=Field(unit="short"),
        )
        made[name] = kind.build(written)
    assert {type(panel) for panel in made.values()} == set(PANELS)
    page = render(
        Dashboard(
            uid="x",
            kind="test",
            title="Kinds",
            description="",
            start="now-1h",
            rows=(Row(key="all", title="", panels=tuple(made.values())),),
            variables=tuple(
                Variable(kind="datasource", name=name, query=source, label=name)
                for name, source in (("datasource", "prometheus"), ("logs", "loki"), ("traces", "jaeger"))
            ),
        )
    )
    assert {panel["title"]: panel["type"] for panel in page.data["panels"]} == {name: name for name in KINDS}
    assert list(lint.findings(lint.View.of(page))) == []


def test_the_same_project_gives_the_same_bytes_under_any_hash_seed():
    script = (
        "from grafana.examples import *\n"
        "import sys\n"
        "made = project(service(labels={'team': 'x'}), identity_labels=('cluster',))\n"
        "sys.stdout.write(''.join(item.page.text for item in rendered(made).values()))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "tests:.", "TZ": zone, "LC_ALL": "C"},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(outputs) == 1
    assert len(outputs.pop()) > 10_000


def test_without_grafanalib_only_the_edge_fails():
    script = (
        "import sys\n"
        "sys.modules['grafanalib'] = None\n"
        "from grafana.examples import *\n"
        "made = dashboards(project())\n"
        "assert len(made) > 2\n"
        "import generator.delivery.grafana, generator.grafana.compile, generator.grafana.lint\n"
        "try:\n"
        "    rendered(project())\n"
        "except ImportError as error:\n"
        "    files = []\n"
        "    trace = error.__traceback__\n"
        "    while trace: files.append(trace.tb_frame.f_code.co_filename); trace = trace.tb_next\n"
        "    assert any('grafana/edge/' in file for file in files), files\n"
        "    print('only the edge')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": "tests:."},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "only the edge\n"


def test_the_edge_emits_grafanalib_objects():
    from grafanalib.core import Dashboard

    assert isinstance(emit(dashboards(project())[FLEET]), Dashboard)


@pytest.mark.parametrize(("profile", "asked"), [("istio", []), ("otel-http", ["p99"])])
def test_exemplars_are_asked_for_where_buckets_name_traces(profile, asked):
    """Envoy writes none, and records have none."""
    plane = load_profile(profile).default_dataplane
    subject = Subject.of(load_profile(profile), ("http",), plane, name="reviews", namespace="bookinfo")
    pages = rendered(project(service(subject=subject, dataplane="none")))
    found = [
        target["legendFormat"]
        for page in pages.values()
        for panel in panels(page).values()
        for target in panel.get("targets", [])
        if target.get("exemplar")
    ]
    assert found == asked


def test_planned_shares_are_exact():
    rollout = Rollout(baseline="v1", candidates=("v2",), weights={"v1": 80, "v2": 20})
    page = rendered(project(service(rollout=rollout)))["shop--release--bookinfo--reviews"]
    planned = panels(page)["Share of traffic"]["targets"][1]["expr"]
    assert re.findall(r"vector\(([^)]*)\)", planned) == ["0.8", "0.2"]
