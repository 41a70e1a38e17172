from decimal import Decimal
from pathlib import Path

import pytest

from generator.diagnostics import Severity
from generator.promql.build import bucket_spellings
from generator.promql.catalogue import Domain
from generator.promql.duration import Duration
from promql.catalogues import HEADER, SHOP, load, shop

ISTIO = Path(__file__).parents[1] / "fixtures/istio.yaml"


def test_series_follow_from_the_type() -> None:
    catalogue = shop()
    assert sorted(catalogue.series) == [
        "istio_request_duration_milliseconds_bucket",
        "istio_request_duration_milliseconds_count",
        "istio_request_duration_milliseconds_sum",
        "mesh_total",
        "new_seconds",
        "old_seconds",
        "old_seconds_count",
        "old_seconds_sum",
        "queue_size",
        "request_seconds_bucket",
        "request_seconds_count",
        "request_seconds_sum",
        "requests_total",
    ]
    bucket, count = catalogue.series["request_seconds_bucket"], catalogue.series["request_seconds_count"]
    assert bucket.is_bucket
    assert bucket.labels - count.labels == {"le"}
    assert catalogue.series["old_seconds"].labels == {"instance", "job", "quantile"}
    assert bucket.metric.buckets == tuple(map(Decimal, ("0.1", "0.25", "1", "2.5", "1000000")))


def test_labels_come_from_sets_lists_and_alternatives() -> None:
    queue = shop().series["queue_size"]
    assert queue.labels == {"instance", "job", "queue"}
    assert queue.always == {"instance", "job"}
    assert queue.metric.label_sets == (
        frozenset({"instance", "job"}),
        frozenset({"instance", "job", "queue"}),
    )


def test_values_hold_for_every_metric_that_has_the_label() -> None:
    metrics = shop().metrics
    assert metrics["requests_total"].values["method"] == Domain(("GET", "POST"), closed=True)
    assert metrics["request_seconds"].values["code"] == Domain(("200", "500"), after_event=True)
    assert metrics["old_seconds"].values == {"job": Domain(("cart", "checkout"))}
    assert metrics["queue_size"].values["queue"].closed


def test_a_metric_may_have_values_of_its_own() -> None:
    text = HEADER + "values: {job: [a]}\nmetrics:\n"
    text += "  x: {type: gauge, labels: [job], values: {job: [b]}}\n  y: {type: gauge, labels: [job]}\n"
    catalogue, said = load(text)
    assert said == []
    assert catalogue is not None
    assert catalogue.metrics["x"].values["job"].values == ("b",)
    assert catalogue.metrics["y"].values["job"].values == ("a",)


def test_values_are_taken_as_they_are_written() -> None:
    text = HEADER + "values: {code: [200, '', true, 1.50]}\nmetrics: {x: {type: gauge, labels: [code]}}\n"
    catalogue, said = load(text)
    assert said == []
    assert catalogue is not None
    assert catalogue.metrics["x"].values["code"].values == ("200", "", "true", "1.50")


def test_the_server_is_read() -> None:
    text = HEADER + (
        'server: {version: "2.42", scrapeInterval: 15s, evaluationInterval: 30s, retention: 45d,\n'
        "  flags: [promql-at-modifier], externalLabels: {cluster: eu-1}}\nmetrics: {}\n"
    )
    catalogue, said = load(text)
    assert said == []
    assert catalogue is not None
    server = catalogue.server
    assert server is not None
    assert (server.version, server.flags, server.external_labels) == (
        "2.42",
        ("promql-at-modifier",),
        {"cluster": "eu-1"},
    )
    assert (server.scrape_interval, server.evaluation_interval) == (Duration(15_000), Duration(30_000))
    assert server.retention == Duration.parse("45d")


def test_no_file_is_no_catalogue() -> None:
    assert load() == (None, [])
    assert load("# nothing yet\n") == (None, [])


METRICS = HEADER + "metrics:\n"

# Text, code, the marked text, a part of the message and of the fix.
MISTAKES = [
    (HEADER, "catalogue/missing-key", "apiVersion", "metrics is missing", ""),
    ("kind: Catalogue\nmetrics: {}\n", "catalogue/missing-key", "kind", "apiVersion is missing", ""),
    (
        HEADER.replace("Catalogue", "catalog") + "metrics: {}\n",
        "catalogue/value",
        "catalog",
        "kind",
        "kind: Catalogue",
    ),
    (
        HEADER.replace("sightline/", "") + "metrics: {}\n",
        "catalogue/value",
        "v1",
        "apiVersion",
        "sightline/v1",
    ),
    ("[]\n", "catalogue/value", "[]", "not a mapping", ""),
    (HEADER + "metrics: []\n", "catalogue/value", "[]", "metrics is not a mapping", ""),
    (HEADER + "metric: {}\nmetrics: {}\n", "catalogue/unknown-key", "metric", "no key metric", '"metrics"'),
    (
        METRICS + "  x: {type: gauge, lables: [a]}\n",
        "catalogue/unknown-key",
        "lables",
        "x has no key",
        '"labels"',
    ),
    (METRICS + "  x: {}\n", "catalogue/value", "x", "x has no type", "counter"),
    (METRICS + "  x: {type: gage}\n", "catalogue/value", "gage", "unknown type gage", '"gauge"'),
    (METRICS + "  x: {type: 5}\n", "catalogue/value", "5", "unknown type 5", "counter"),
    (METRICS + "  x: {type: []}\n", "catalogue/value", "[]", "x has no type", "counter"),
    (METRICS + "  x: {type: gauge, unit: 5}\n", "catalogue/value", "5", "unit is not a string", '"5"'),
    (METRICS + "  x-y: {type: gauge}\n", "catalogue/value", "x-y", "not a metric name", ""),
    (METRICS + "  x: {type: gauge, labels: a}\n", "catalogue/value", "a", "not a list of strings", ""),
    (METRICS + "  x: {type: gauge, labels: [a, ~]}\n", "catalogue/value", "[a, ~]", "not a list", ""),
    (METRICS + "  x: {type: gauge, labels: [[a], b]}\n", "catalogue/value", "[[a], b]", "not a list", ""),
    (METRICS + "  x: {type: gauge, labels: ['a b']}\n", "catalogue/value", "'a b'", "not a label name", ""),
    (
        METRICS + "  x: {type: gauge, labels: [b-c]}\n",
        "catalogue/unknown-label-set",
        "b-c",
        "b-c",
        "labelSets",
    ),
    (
        METRICS + "  x: {type: gauge, values: {a: [b]}}\n",
        "catalogue/value",
        "a",
        "x has no label a",
        "labels",
    ),
    (METRICS + "  x: {type: gauge, buckets: [1]}\n", "catalogue/value", "[1]", "has no buckets", "histogram"),
    (METRICS + "  x: {type: histogram}\n", "catalogue/value", "x", "has no buckets", "native"),
    (
        METRICS + "  x: {type: histogram, buckets: [2, 1]}\n",
        "catalogue/value",
        "[2, 1]",
        "not ascending",
        "+Inf",
    ),
    (METRICS + "  x: {type: histogram, buckets: [1, 1]}\n", "catalogue/value", "[1, 1]", "not ascending", ""),
    (METRICS + "  x: {type: histogram, buckets: [1, a]}\n", "catalogue/value", "[1, a]", "not ascending", ""),
    (METRICS + "  x: {type: histogram, buckets: [true]}\n", "catalogue/value", "[true]", "not ascending", ""),
    (METRICS + "  x: {type: histogram, buckets: []}\n", "catalogue/value", "[]", "not ascending", ""),
    (METRICS + "  x: {type: gauge, native: 1}\n", "catalogue/value", "1", "native", "true or false"),
    (
        HEADER + "labelSets: {pod: [a]}\nmetrics: {}\n",
        "catalogue/value",
        "pod",
        "cannot be called pod",
        "hyphen",
    ),
    (HEADER + "labelSets: {a-b: [a]}\nmetrics: {}\n", "catalogue/unused", "a-b", "label set a-b", "remove"),
    (HEADER + "server: {version: 2.42}\nmetrics: {}\n", "catalogue/value", "2.42", "version", '"2.42"'),
    (HEADER + "server: {retention: long}\nmetrics: {}\n", "catalogue/value", "long", "not a duration", "45d"),
    (HEADER + "server: {externalLabels: {a: [b]}}\nmetrics: {}\n", "catalogue/value", "[b]", "external", ""),
    (
        SHOP + "  up: {type: gauge, labels: [on-target]}\n",
        "catalogue/unknown-label-set",
        "on-target",
        "",
        '"one-target"',
    ),
    (SHOP.replace("  job: [", "  jbo: ["), "catalogue/unused", "jbo", "no metric has the label jbo", '"job"'),
    (SHOP.replace("true}\n  code", "yes}\n  code"), "catalogue/value", "yes", "closed", "true or false"),
    (
        SHOP.replace("afterEvent: true", "afterEvent: true, closed: true"),
        "catalogue/value",
        "true",
        "both",
        "remove",
    ),
    (
        SHOP.replace("afterEvent: true", "sampled: true, closed: true"),
        "catalogue/value",
        "true",
        "both closed and sampled",
        "remove",
    ),
    (
        METRICS + "  x: {type: gauge, inferred: 1}\n",
        "catalogue/value",
        "1",
        "inferred is neither",
        "true or false",
    ),
    (
        METRICS.replace("{name: shop}", "{name: 5}") + "  x: {type: gauge}\n",
        "catalogue/value",
        "5",
        "name is not a string",
        '"5"',
    ),
    (SHOP.replace("afterEvent", "afterevent"), "catalogue/unknown-key", "afterevent", "", '"afterEvent"'),
]


@pytest.mark.parametrize(("text", "code", "marked", "message", "fix"), MISTAKES)
def test_a_mistake_is_told_at_its_place(text: str, code: str, marked: str, message: str, fix: str) -> None:
    _, said = load(text)
    assert [item.code for item in said] == [code]
    (item,) = said
    assert item.span is not None
    assert text.splitlines()[item.span.line - 1][item.span.column - 1 : item.span.end_column - 1] == marked
    assert message in item.message
    assert fix in item.fix
    assert item.fix
    assert (item.severity is Severity.WARNING) == (code == "catalogue/unused")


def test_all_mistakes_are_told_and_the_rest_is_read() -> None:
    catalogue, said = load(METRICS + "  x: {type: gage}\n  y: {type: gauge, colour: red}\n  z-z: {}\n")
    assert len(said) == 3
    assert catalogue is not None
    assert sorted(catalogue.metrics) == ["x", "y"]


def test_sources_add_up() -> None:
    first = (
        METRICS
        + "  x: {type: histogram, labels: [a], values: {a: {values: [p], closed: true}}, buckets: [1]}\n"
    )
    second = (
        METRICS
        + "  x: {type: histogram, labels: [b, a], values: {a: [q]}, buckets: [2]}\n  y: {type: gauge}\n"
    )
    catalogue, said = load(first, second)
    assert said == []
    assert catalogue is not None
    assert list(catalogue.metrics) == ["x", "y"]
    metric = catalogue.metrics["x"]
    assert metric.labels == {"a", "b"}
    assert metric.values["a"] == Domain(("p", "q"))
    assert metric.buckets == (1, 2)
    assert catalogue.series["x_count"].always == {"a"}


def test_a_sample_of_the_values_says_nothing_of_the_others() -> None:
    text = METRICS + "  x: {type: gauge, labels: [a], values: {a: {values: [p], sampled: true}}}\n"
    catalogue, said = load(text, text.replace("sampled", "closed"))
    assert said == []
    assert catalogue is not None
    assert catalogue.metrics["x"].values["a"] == Domain(("p",), after_event=True, sampled=True)


def test_what_is_told_outweighs_what_is_inferred_and_what_is_not_said() -> None:
    inferred = METRICS + "  x: {type: counter, inferred: true}\n"
    told = METRICS + "  x: {type: gauge, unit: seconds}\n"
    for order in ((inferred, told), (told, inferred)):
        catalogue, said = load(*order)
        assert said == []
        assert catalogue is not None
        metric = catalogue.metrics["x"]
        assert (metric.type, metric.inferred, metric.unit) == ("gauge", False, "seconds")
    catalogue, said = load(inferred, inferred)
    assert catalogue is not None
    assert (catalogue.metrics["x"].inferred, said) == (True, [])


@pytest.mark.parametrize(
    ("first", "second", "what"),
    [
        (METRICS + "  x: {type: gauge}\n", METRICS + "  x: {type: counter}\n", "the type of x"),
        (
            METRICS + "  x: {type: gauge, unit: s}\n",
            METRICS + "  x: {type: gauge, unit: ms}\n",
            "the unit of x",
        ),
        (
            HEADER + 'server: {version: "2.42"}\nmetrics: {}\n',
            HEADER + 'server: {version: "3.0"}\nmetrics: {}\n',
            "the facts about the server",
        ),
    ],
)
def test_sources_may_not_contradict_each_other(first: str, second: str, what: str) -> None:
    _, (item,) = load(first, second)
    assert (item.code, item.message) == ("catalogue/conflict", f"two fixtures disagree about {what}")
    assert item.span is not None
    assert item.span.path == "1.yaml"
    assert [related.span.path for related in item.related] == ["0.yaml"]


# istio.io, "Istio Standard Metrics", and testdata/metric of istio/proxy.
STANDARD_METRICS = {
    "istio_request_bytes": "histogram",
    "istio_request_duration_milliseconds": "histogram",
    "istio_request_messages_total": "counter",
    "istio_requests_total": "counter",
    "istio_response_bytes": "histogram",
    "istio_response_messages_total": "counter",
    "istio_tcp_connections_closed_total": "counter",
    "istio_tcp_connections_opened_total": "counter",
    "istio_tcp_received_bytes_total": "counter",
    "istio_tcp_sent_bytes_total": "counter",
}


def test_the_istio_fixture_has_the_standard_metrics_with_their_labels() -> None:
    catalogue, said = load(ISTIO.read_text())
    assert said == []
    assert catalogue is not None
    types = {name: metric.type for name, metric in catalogue.metrics.items() if name != "istio_build"}
    assert types == STANDARD_METRICS
    target = {"app", "instance", "job", "namespace", "pod"}
    http = catalogue.metrics["istio_requests_total"].labels - target
    assert len(http) == 25
    tcp = catalogue.metrics["istio_tcp_sent_bytes_total"].labels - target
    assert http - tcp == {"grpc_response_status", "response_code"}
    messages = catalogue.metrics["istio_request_messages_total"].labels - target
    assert http - messages == {
        "connection_security_policy",
        "grpc_response_status",
        "request_protocol",
        "response_code",
        "response_flags",
    }
    duration = catalogue.metrics["istio_request_duration_milliseconds"]
    assert duration.labels - target == http
    assert len(duration.buckets) == 19
    assert bucket_spellings(duration.buckets[-1]) == ("3600000", "3.6e+06")


def test_the_istio_fixture_is_sorted() -> None:
    catalogue, _ = load(ISTIO.read_text())
    assert catalogue is not None
    assert list(catalogue.metrics) == sorted(catalogue.metrics)
    for metric in catalogue.metrics.values():
        for label, domain in metric.values.items():
            if label not in {"grpc_response_status", "response_flags"}:
                assert list(domain.values) == sorted(domain.values), label
