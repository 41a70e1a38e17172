"""What every dashboard of ours keeps to, whatever it is about: the worked example's and those of the cases.

A rule here holds for panels that nobody has written yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from generator.diagnostics import Diagnostics
from generator.documents import Source
from generator.grafana.lint.promql import substitute
from generator.promql.catalogue_file import load_catalogue
from generator.promql.flow.evaluate import flow_of
from generator.promql.known import Known

Json = dict[str, Any]
ROOT = Path(__file__).parents[2]
# What a team wrote keeps to its own rules.
OURS = {"capacity", "fleet", "mesh", "pipeline", "release", "service", "slo", "workload"}
FILES = [*ROOT.glob("out/grafana/dashboards/*/*.json")]
FILES += ROOT.glob("tests/cases/*/expected/grafana/dashboards/*/*.json")
DASHBOARDS = {
    path.relative_to(ROOT).as_posix(): data
    for path in sorted(FILES)
    if OURS & {*(data := orjson.loads(path.read_bytes()))["tags"][1:2]}
}
PLAIN = {"row", "text"}
WITHOUT_FIELDS = PLAIN | {"alertlist", "logs", "traces"}


def inner(data: Json) -> Iterator[Json]:
    """Every panel of a dashboard that is ours, those inside of rows too: business metrics are a team's."""
    section = ""
    for panel in data["panels"]:
        section = panel["title"] if panel["type"] == "row" else section
        if section != "Business":
            yield panel
            yield from panel.get("panels", ())


def panels(*kinds: str) -> Iterator[tuple[str, Json]]:
    """Each panel with words for it; those inside of rows too."""
    for path, data in DASHBOARDS.items():
        for panel in inner(data):
            if not kinds or panel["type"] in kinds:
                yield f"{path}: {panel['title']}", panel


def defaults(panel: Json) -> Json:
    found: Json = panel["fieldConfig"]["defaults"]
    return found


def changed(panel: Json) -> dict[str, Json]:
    """What overrides set, by the name of the field."""
    return {
        item["matcher"]["options"]: {each["id"]: each["value"] for each in item["properties"]}
        for item in panel["fieldConfig"]["overrides"]
    }


def links(data: Json) -> Iterator[tuple[str, Json]]:
    """Each link of a dashboard, with where it is: its head, a panel's head, a value."""
    yield from (("head", link) for link in data.get("links", ()))
    for panel in inner(data):
        yield from (("panel", link) for link in panel.get("links", ()))
        if panel["type"] not in WITHOUT_FIELDS:
            values = [defaults(panel).get("links", ())]
            values += [each["links"] for each in changed(panel).values() if "links" in each]
            yield from ((panel["title"], link) for some in values for link in some)


def test_there_is_something_to_look_at() -> None:
    assert {data["tags"][1] for data in DASHBOARDS.values()} == OURS
    assert len(DASHBOARDS) > 40


def test_every_panel_says_in_sentences_what_it_means() -> None:
    wrong = [
        words
        for words, panel in panels()
        if panel["type"] != "row" and not re.fullmatch(r"(?s)\S.{15,}[.)]", panel.get("description", ""))
    ]
    assert wrong == []


def test_no_two_dashboards_describe_different_panels_with_one_id() -> None:
    for path, data in DASHBOARDS.items():
        ids = [panel["id"] for panel in inner(data)]
        assert len(ids) == len(set(ids)), path


def test_every_number_has_a_unit_and_says_where_there_is_none() -> None:
    wrong = []
    for words, panel in panels():
        if panel["type"] in WITHOUT_FIELDS:
            continue
        if panel["type"] != "table" and not defaults(panel).get("unit"):
            wrong.append(words)
        if not re.fullmatch(r"[^\d]+", defaults(panel).get("noValue", "")):
            wrong.append(f"{words}: noValue")
    assert wrong == []


# What a panel's unit says of its numbers, in the words of the engine that follows units through queries.
MEASURES = {
    "Bps": "bytes a second",
    "bytes": "bytes",
    "d": "days",
    "h": "hours",
    "ms": "milliseconds",
    "s": "seconds",
}


def test_the_unit_of_a_panel_is_that_of_its_queries() -> None:
    """Milliseconds are no seconds, and a rate of bytes no bytes: as far as metrics and arithmetic tell."""
    fixtures = sorted(ROOT.glob("tests/fixtures/*.yaml"))
    sources = [Source(path.as_posix(), path.read_text(encoding="utf-8")) for path in fixtures]
    known = Known(load_catalogue(sources, Diagnostics()), {})
    wrong, told = [], 0
    for words, panel in panels("timeseries", "stat", "gauge", "bargauge"):
        for target in panel["targets"] if words.startswith("out/") else ():
            unit = flow_of(substitute(target["expr"]), known).unit
            said = MEASURES.get(defaults(panel)["unit"])
            measured = str(unit) if unit and str(unit) in MEASURES.values() else None
            if unit is not None and said != measured:
                wrong.append(f"{words}: {target['expr'][:60]} is {unit}, not {said}")
            told += said is not None and said == measured
    assert wrong == []
    assert told > 100


def test_connections_are_no_requests() -> None:
    for words, panel in panels("timeseries", "stat"):
        read = {*re.findall(r"istio_\w+", " ".join(target["expr"] for target in panel["targets"]))}
        if read and all(name.startswith("istio_tcp_connections") for name in read):
            assert defaults(panel)["unit"] in {"cps", "percentunit"}, words
            assert "request" not in panel["title"].lower(), words


def test_every_column_of_numbers_has_a_unit_or_words() -> None:
    wrong = []
    for words, panel in panels("table"):
        organized = [each["options"] for each in panel.get("transformations", ()) if each["id"] == "organize"]
        for renamed in (each["renameByName"] for each in organized):
            columns = [title for field, title in renamed.items() if field.startswith("Value")]
            looks = changed(panel)
            wrong += [
                f"{words}: {title}"
                for title in columns
                if not {"unit", "mappings"} & looks.get(title, {}).keys()
            ]
    assert wrong == []


def test_lines_are_named_and_drawn_alike() -> None:
    for words, panel in panels("timeseries"):
        options, custom = panel["options"], defaults(panel)["custom"]
        assert all(target.get("legendFormat") for target in panel["targets"]), words
        assert options["tooltip"] == {"mode": "multi", "sort": "desc"}, words
        assert options["legend"]["showLegend"], words
        assert (custom["showPoints"], custom["spanNulls"]) == ("never", False), words
        assert defaults(panel)["color"]["mode"] == "palette-classic", words
    for words, panel in panels("bargauge", "state-timeline"):
        assert all(target.get("legendFormat") for target in panel["targets"]), words


def test_a_limit_stands_in_the_title() -> None:
    for words, panel in panels("timeseries", "table", "bargauge"):
        for target in panel["targets"]:
            for number in re.findall(r"\b(?:topk|bottomk)\((\d+),", str(target.get("expr"))):
                assert re.search(rf"\b{number}\b", panel["title"]), words


def test_labels_that_tell_lines_apart_stand_in_their_names() -> None:
    """A sum `by` labels has a line for each of their values: a name without them is that of several."""
    for words, panel in panels("timeseries", "state-timeline"):
        for target in panel["targets"]:
            outer = re.match(r"(?:topk\(\d+, )?(?:sum|max|min) by \(([^)]*)\) \(", target.get("expr", ""))
            inside = {label.strip() for label in outer[1].split(",")} if outer else set()
            # An SLO's own labels, chosen in the head, and buckets, have one value each or none to tell.
            free = inside - {"namespace", "service", "slo", "le"}
            named = set(re.findall(r"\{\{\s*(\w+)\s*\}\}", target["legendFormat"]))
            assert free <= named, (words, target["expr"][:80])


def test_rates_are_taken_over_what_grafana_chooses() -> None:
    for words, panel in panels():
        for target in panel.get("targets", ()):
            bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', str(target.get("expr")))
            for window in re.findall(r"\bi?rate\([^\[\]]*\[([^\]]*)\]", bare):
                assert window == "$__rate_interval", words


def test_what_cannot_be_negative_begins_at_zero() -> None:
    for words, panel in panels("timeseries", "stat"):
        if defaults(panel).get("unit") in {"reqps", "ops", "cps", "Bps", "iops"}:
            assert defaults(panel).get("min") == 0, words


def test_links_keep_the_time_that_is_looked_at() -> None:
    for path, data in DASHBOARDS.items():
        for where, link in links(data):
            url = link["url"]
            if url.startswith("/d/"):
                carried = link.get("keepTime") or "${__url_time_range}" in url
                chosen = link.get("includeVars") or "${datasource:queryparam}" in url
                assert carried, (path, where, link["title"])
                assert chosen, (path, where, link["title"])
            elif where not in {"head", "panel"}:
                assert "${__from" in url or "${__url_time_range}" in url, (path, where, link["title"])


def test_shared_dashboards_lead_to_each_other() -> None:
    for path, data in DASHBOARDS.items():
        shared = {"capacity", "fleet", "mesh", "pipeline", "slo", "workload"}
        if data["tags"][1] in shared:
            siblings = {
                other["uid"]
                for name, other in DASHBOARDS.items()
                if Path(name).parent == Path(path).parent and other["tags"][1] in shared
            } - {data["uid"]}
            wanted = {link["url"].removeprefix("/d/") for link in data.get("links", ())}
            assert siblings <= wanted, path


def test_what_is_about_something_that_alerts_or_is_rolled_out_is_marked() -> None:
    """Alerts wherever objectives are shown; in the worked example rollouts where one service is."""
    for path, data in DASHBOARDS.items():
        marks = {item["name"] for item in data["annotations"]["list"]}
        if path.startswith("out/"):
            expected = {"Alerts"} if data["tags"][1] != "workload" else set()
            of_pods = data["tags"][1] in {"release", "workload"} or "kube_" in orjson.dumps(data).decode()
            if of_pods and data["tags"][1] in {"release", "service", "workload"}:
                expected |= {"Deployments"}
            assert expected <= marks, path


def test_a_choice_is_kept_up_to_date_and_in_order() -> None:
    for path, data in DASHBOARDS.items():
        assert data["graphTooltip"] == 1, path
        assert data["editable"] is False, path
        for variable in data["templating"]["list"]:
            if variable["type"] == "query":
                assert (variable["refresh"], variable["sort"]) == (2, 1), (path, variable["name"])
                assert not variable["multi"] or variable["allValue"] == ".+", (path, variable["name"])
                # Grafana's data source reads the functions of a variable's query on one line alone.
                assert "\n" not in variable["definition"], (path, variable["name"])
