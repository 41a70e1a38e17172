"""What a catalogue says of what was seen: types, label sets, values, and what people wrote before."""

from __future__ import annotations

import json
import os
import string
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from generator.cli import cli
from generator.diagnostics import Diagnostics
from generator.documents import Source
from generator.live.answers import read_metadata, read_series
from generator.live.capture import file_text
from generator.live.exposition import read_exposition
from generator.live.observation import Observation
from generator.live.summary import MOST_LABEL_SETS, MOST_VALUES
from generator.live.volatile import is_volatile
from generator.promql.catalogue import Catalogue, Domain
from generator.promql.catalogue_file import load_catalogue


def captured(exposed: str, before: str = "", *dropped: str) -> tuple[str, list[str]]:
    """The text that an exposition becomes, and the messages about it."""
    diagnostics, observation = Diagnostics(), Observation()
    read_exposition(Source("metrics.txt", exposed), (), observation, diagnostics)
    source = Source("a.yaml", before) if before else None
    content = file_text(observation, "a", source, frozenset(dropped), "", diagnostics)
    return content, [f"{item.code}: {item.message}" for item in diagnostics]


def catalogue(content: str) -> Catalogue:
    diagnostics = Diagnostics()
    found = load_catalogue([Source("a.yaml", content)], diagnostics)
    assert list(diagnostics) == []
    assert found
    return found


def seen(exposed: str, before: str = "", *dropped: str) -> Catalogue:
    content, said = captured(exposed, before, *dropped)
    assert said == []
    return catalogue(content)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["capture", *arguments], catch_exceptions=False)


# An exposition, and the types that follow: told, or inferred from names.
TYPES: dict[str, tuple[str, dict[str, str]]] = {
    "told": (
        "# TYPE a counter\na 1\n# TYPE b gauge\nb 1\n# TYPE c_info gauge\nc_info 1\n",
        {"a": "counter", "b": "gauge", "c_info": "gauge"},
    ),
    "a told histogram": (
        '# TYPE a histogram\na_bucket{le="1"} 1\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
        {"a": "histogram"},
    ),
    "a told summary, without quantiles": ("# TYPE a summary\na_sum 1\na_count 1\n", {"a": "summary"}),
    "OpenMetrics": (
        '# TYPE a counter\na_total 1 # {t="x"} 1\na_created 1\n# TYPE b info\nb_info 1\n# EOF\n',
        {"a_total": "counter", "a_created": "gauge?", "b_info": "info"},
    ),
    "untyped": (
        "# TYPE a untyped\na 1\n# TYPE b_total unknown\nb_total 1\n",
        {"a": "unknown?", "b_total": "counter?"},
    ),
    "inferred": (
        "a_total 1\nb_info 1\nc_timestamp_seconds 1\nd 1\nup 1\n",
        {
            "a_total": "counter?",
            "b_info": "gauge?",
            "c_timestamp_seconds": "gauge?",
            "d": "unknown?",
            "up": "gauge",
        },
    ),
    "an inferred histogram": ('a_bucket{le="1"} 1\na_sum 1\na_count 1\n', {"a": "histogram?"}),
    "an inferred summary": ('a{quantile="0.5"} 1\na_sum 1\na_count 1\n', {"a": "summary?"}),
    "no histogram: a bucket is a word": ('a_bucket{size="1"} 1\n', {"a_bucket": "unknown?"}),
    "parts of a histogram": (
        "# TYPE a_seconds histogram\na_seconds_sum 1\na_seconds_count 1\n",
        {"a_seconds_sum": "counter", "a_seconds_count": "counter"},
    ),
    "a histogram without a bound": (
        '# TYPE a histogram\na_bucket{le="+Inf"} 1\na_count 1\n',
        {"a_bucket": "counter", "a_count": "counter"},
    ),
    "sums and counts of nothing": ("a_sum 1\na_count 1\n", {"a_sum": "counter?", "a_count": "counter?"}),
    "a gauge with the name of a part": (
        '# TYPE a histogram\na_bucket{le="1"} 1\n# TYPE a_count gauge\na_count 1\n',
        {"a": "histogram", "a_count": "gauge"},
    ),
    "a histogram and its native form": (
        '# TYPE a histogram\na{b="c"} 1\na_bucket{le="1"} 1\n',
        {"a": "histogram"},
    ),
}


@pytest.mark.parametrize("name", TYPES)
def test_types(name: str) -> None:
    exposed, expected = TYPES[name]
    found = seen(exposed).metrics
    types = {name: metric.type + ("?" if metric.inferred else "") for name, metric in found.items()}
    assert types == expected


def test_targets_that_tell_different_types_tell_none() -> None:
    observation, diagnostics = Observation(), Diagnostics()
    series = [{"__name__": name, "job": "a"} for name in ("x", "y_total")]
    told = {name: [{"type": "gauge"}, {"type": "counter", "help": "h"}] for name in ("x", "y_total")}
    read_series(json.dumps({"status": "success", "data": series}).encode(), "s", observation, diagnostics)
    read_metadata(json.dumps({"status": "success", "data": told}).encode(), "m", observation, diagnostics)
    found = catalogue(file_text(observation, "a", None, frozenset(), "", diagnostics)).metrics
    assert [(metric.type, metric.inferred, metric.help) for metric in found.values()] == [
        ("unknown", True, "h"),
        ("counter", True, "h"),
    ]


def test_units_are_told_or_end_a_name() -> None:
    exposed = "# TYPE a counter\n# UNIT a seconds\na_total 1\nb_bytes_total 1\nc_milliseconds 1\nd_count 1\n"
    units = {name: metric.unit for name, metric in seen(exposed).metrics.items()}
    assert units == {
        "a_total": "seconds",
        "b_bytes_total": "bytes",
        "c_milliseconds": "milliseconds",
        "d_count": "",
    }


def test_bounds_are_numbers_and_label_sets_lack_what_a_type_implies() -> None:
    lines = [f'a_bucket{{le="{bound}",b="c"}} 1' for bound in ("0.10", "2.5e+06", "10", "10.0", "+Inf")]
    metric = seen(
        "\n".join(["# TYPE a histogram", *lines, 'a_sum{b="c"} 1', 'a_count{b="c"} 1', ""])
    ).metrics["a"]
    assert [str(bound) for bound in metric.buckets] == ["0.1", "10", "2500000"]
    assert metric.label_sets == (frozenset({"b"}),)


def test_series_that_differ_in_labels_are_told_apart_up_to_a_bound() -> None:
    metric = seen('a{b="1"} 1\na{b="1",c="2"} 1\na 1\n').metrics["a"]
    assert metric.label_sets == (frozenset(), frozenset({"b"}), frozenset({"b", "c"}))
    lines = [f'a{{always="x",l{number}="y"}} 1' for number in range(MOST_LABEL_SETS + 1)]
    metric = seen("\n".join(lines)).metrics["a"]
    assert metric.label_sets == (frozenset({"always"}), metric.labels)
    assert len(metric.labels) == MOST_LABEL_SETS + 2


VOLATILE = [
    "reviews-v1-7d4b9c8f6-x2x5k",
    "reviews-v1-7d4b9c8f6",
    "backup-28412340",
    "backup-28412340-x2x5k",
    "10.1.2.3",
    "10.1.2.3:9090",
    "inbound|9080||10.1.2.3",
    "ip-10-0-1-5.ec2.internal",
    "[fe80::1]:80",
    "2001:db8::1",
    "550e8400-e29b-41d4-a716-446655440000",
    "docker://sha256:4bf92f3577b34da6a3ce929d0e0e4736",
    "3f2a9c1d4e5f",
    "2026-01-02T03:04:05Z",
    "1735787045",
]
LASTING = [
    "reviews-v1",
    "production",
    "istio-ingressgateway",
    "reviews.bookinfo.svc.cluster.local",
    "spiffe://cluster.local/ns/bookinfo/sa/bookinfo-reviews",
    "outbound|9080||reviews.bookinfo.svc.cluster.local",
    "1.29.0",
    "v1.29.0-distroless",
    "go1.22.1",
    "200",
    "5.10.0-28-amd64",
    "/api/v1/orders",
    "UF,URX",
    "a:b:c",
    "deadbeef",
    "eu-west-1",
    "cart-https",
    "",
]


def test_what_comes_and_goes_is_told_from_what_lasts() -> None:
    assert [value for value in VOLATILE if not is_volatile(value)] == []
    assert [value for value in LASTING if is_volatile(value)] == []


def test_labels_stay_without_their_volatile_values() -> None:
    lines = [
        'a{pod="web-0",version="v1",peer="10.0.0.1"} 1',
        'a{pod="web-1",version="3f2a9c1d4e5f",peer="x"} 1',
    ]
    metric = seen("\n".join(lines), "", "peer").metrics["a"]
    assert metric.labels == {"pod", "version", "peer"}
    assert metric.values == {"version": Domain(("v1",), after_event=True, sampled=True)}


def test_of_many_values_a_sample_is_listed_that_stays_as_they_grow() -> None:
    lines = [f'a{{path="/{number}"}} 1' for number in range(3 * MOST_VALUES)]
    first = seen("\n".join(lines)).metrics["a"].values["path"]
    assert (len(first.values), first.sampled, first.closed) == (MOST_VALUES, True, False)
    assert list(first.values) == sorted(first.values)
    assert seen("\n".join(reversed(lines))).metrics["a"].values["path"] == first
    more = seen("\n".join([*lines, 'a{path="/one-more"} 1'])).metrics["a"].values["path"]
    assert len(set(more.values) ^ set(first.values)) <= 2
    few = seen("\n".join(lines[:MOST_VALUES])).metrics["a"].values["path"]
    assert (len(few.values), few.sampled) == (MOST_VALUES, False)


BEFORE = """\
apiVersion: sightline/v1
kind: Catalogue
server: {version: "2.42", retention: 45d}
values:
  reporter: {values: [destination, source, waypoint], closed: true}
  stage: {values: [done, rolled-back], afterEvent: true}
  zone: [left, long-ago]
metrics:
  a: {type: gauge, unit: parsecs, help: By hand., labels: [reporter, stage, zone]}
  gone: {type: gauge, labels: [reporter]}
"""
NOW = 'a{reporter="source",stage="done",zone="right"} 1\nb{reporter="source",stage="begun"} 1\n'


def test_what_people_wrote_stays() -> None:
    found = seen(NOW, BEFORE)
    first, second = found.metrics["a"], found.metrics["b"]
    assert list(found.metrics) == ["a", "b"]
    assert (first.type, first.inferred, first.unit, first.help) == ("gauge", False, "parsecs", "By hand.")
    assert first.values == {
        "reporter": Domain(("destination", "source", "waypoint"), closed=True),
        "stage": Domain(("done", "rolled-back"), after_event=True),
        "zone": Domain(("right",)),
    }
    # What the file said of a label holds for a metric that is new.
    assert second.values["reporter"] == first.values["reporter"]
    assert second.values["stage"] == Domain(("begun",), after_event=True)
    assert found.server
    assert (found.server.version, str(found.server.retention)) == ("2.42", "45d")


def test_what_is_told_outweighs_what_stood_there() -> None:
    told = "# TYPE a counter\n# UNIT a seconds\n# HELP a Told.\n" + NOW
    metric = seen(told, BEFORE).metrics["a"]
    assert (metric.type, metric.unit, metric.help) == ("counter", "seconds", "Told.")


def test_a_value_beside_a_closed_list_is_added_and_told() -> None:
    content, said = captured(
        NOW.replace('reporter="source",stage="done"', 'reporter="ztunnel",stage="done"'), BEFORE
    )
    assert said == ["capture/closed-value: a: reporter has the value ztunnel, which its closed list lacks"]
    domain = catalogue(content).metrics["a"].values["reporter"]
    assert domain == Domain(("destination", "source", "waypoint", "ztunnel"), closed=True)


def test_values_that_came_after_an_event_stay_when_they_are_gone() -> None:
    outage, _ = captured('a{code="200"} 1\na{code="503"} 1\n')
    calm, _ = captured('a{code="200"} 1\n', outage)
    assert calm == outage
    assert catalogue(calm).metrics["a"].values["code"] == Domain(("200", "503"), after_event=True)


def test_a_second_capture_changes_nothing() -> None:
    for exposed, _ in TYPES.values():
        first, _ = captured(exposed)
        assert captured(exposed, first) == (first, [])
    first, _ = captured(NOW, BEFORE)
    assert captured(NOW, first) == (first, [])


def test_the_file_says_once_what_metrics_share() -> None:
    labels = 'code="200",method="GET",route="/",zone="a"'
    content, _ = captured("".join(f"{name}{{{labels}}} 1\n" for name in "abc") + 'd{zone="b"} 1\n')
    assert "labelSets:\n  as-a: [code, method, route, zone]\n" in content
    assert content.count("labels: [as-a]") == 3
    assert "  zone: [a]\n" in content
    assert "      zone: [b]\n" in content


MALFORMED = [
    "<html>",
    'a{b="c" 1',
    'a{b="c"}',
    "a{b=c} 1",
    'a{b="c} 1',
    "a b c",
    "1a 2",
    'a{b="c"d="e"} 1',
    "a 0x",
    "{} 1",
]


@pytest.mark.parametrize("line", MALFORMED)
def test_a_line_that_is_no_sample_is_told_at_its_place(line: str, tmp_path: Path) -> None:
    (tmp_path / "metrics.txt").write_text(f"a 1\n{line}\n", encoding="utf-8")
    done = run("--exposition", str(tmp_path / "metrics.txt"), "--output", str(tmp_path / "a.yaml"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{tmp_path / 'metrics.txt'}:2:1: error[capture/exposition]" in done.stderr
    assert not (tmp_path / "a.yaml").exists()


def test_samples_in_every_spelling() -> None:
    lines = [
        "# a comment",
        "#",
        "",
        "  ",
        "a 1",
        "a\t2 1700000000000",
        'a { b = "c" , d = "e\\"\\\\," , } -1.5e-3',
        "a{} +Inf",
        "a{}NaN",
        'a{b="}"} 0x1p-2\r',
    ]
    metric = seen("\n".join(lines)).metrics["a"]
    assert metric.label_sets == (frozenset(), frozenset({"b"}), frozenset({"b", "d"}))
    assert metric.values["b"].values == ("c", "}")
    assert metric.values["d"].values == ('e"\\,',)


def test_saved_answers_are_told_at_their_place(tmp_path: Path) -> None:
    (tmp_path / "series.json").write_text('{"status": "success",\n"data": [}', encoding="utf-8")
    done = run("--series", str(tmp_path / "series.json"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{tmp_path / 'series.json'}:2:10: error[capture/answer]" in done.stderr
    assert run("--series", str(tmp_path / "missing.json")).exit_code == 2


def test_only_a_fixture_is_replaced(tmp_path: Path) -> None:
    """A file that is none, a link and a folder's place are refused, and stay as they are."""
    exposed = tmp_path / "metrics.txt"
    exposed.write_text("a 1\n", encoding="utf-8")
    notes = tmp_path / "notes.yaml"
    for content in ("kind: Platform\napiVersion: sightline/v1\n", "just: notes\n", "- [", "text\n"):
        notes.write_text(content, encoding="utf-8")
        done = run("--exposition", str(exposed), "--output", str(notes))
        assert done.exit_code == 1
        assert notes.read_text(encoding="utf-8") == content
    notes.unlink()
    assert run("--exposition", str(exposed), "--output", str(notes)).exit_code == 0
    link = tmp_path / "link.yaml"
    link.symlink_to(notes)
    done = run("--exposition", str(exposed), "--output", str(link))
    assert (done.exit_code, "error[tree/not-a-file]" in done.stderr) == (2, True)
    done = run("--exposition", str(exposed), "--output", str(tmp_path / "no" / "folder.yaml"))
    assert (done.exit_code, "error[tree/io]" in done.stderr) == (2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.yaml", "metrics.txt", "notes.yaml"]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exposed, file = tmp_path / "metrics.txt", tmp_path / "a.yaml"
    exposed.write_text("a 1\n", encoding="utf-8")
    assert run("--exposition", str(exposed), "--output", str(file)).exit_code == 0
    kept = file.read_bytes()
    exposed.write_text("b 1\n", encoding="utf-8")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = run("--exposition", str(exposed), "--output", str(file))
    assert (done.exit_code, "No space left on device" in done.stderr) == (2, True)
    assert file.read_bytes() == kept
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "metrics.txt"]


NAMES = st.sampled_from(["a", "a_total", "a_sum", "a_count", "a_bucket", "b:c", "y", "null", "x-y", ""])
LABELS = st.dictionaries(
    st.sampled_from(["le", "quantile", "on", "b", "code", "pod", "x.y"]), st.text(max_size=12)
)
SERIES = st.tuples(NAMES, LABELS)
TOLD = st.dictionaries(
    st.sampled_from(["a", "a_total", "b:c", "y"]),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["counter", "histogram", "summary", "gauge", "x"]), "help": st.text()}
    ),
)


@given(st.lists(SERIES, max_size=20), TOLD)
def test_whatever_is_seen_becomes_a_file_that_is_read_again(
    series: list[tuple[str, Mapping[str, str]]], told: Mapping[str, Mapping[str, str]]
) -> None:
    """`file_text` reads its own text and compares; so this fails for any text that means something else."""

    def content(before: str) -> str:
        observation, diagnostics = Observation(), Diagnostics()
        data = [{"__name__": name, **labels} for name, labels in series]
        read_series(json.dumps({"status": "success", "data": data}).encode(), "s", observation, diagnostics)
        metadata = {name: [entry] for name, entry in told.items()}
        read_metadata(
            json.dumps({"status": "success", "data": metadata}).encode(), "m", observation, diagnostics
        )
        source = Source("a.yaml", before) if before else None
        return file_text(observation, "a", source, frozenset(), "", diagnostics)

    first = content("")
    assert content(first) == first


@given(st.text(alphabet=string.ascii_lowercase + '{}="\\#, \n1', max_size=60))
def test_any_text_is_an_exposition_or_told_to_be_none(exposed: str) -> None:
    captured(exposed)
