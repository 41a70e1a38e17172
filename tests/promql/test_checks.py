import re
from pathlib import Path

import pytest

from generator.diagnostics import Diagnostic, Diagnostics, Severity, Span
from generator.documents import Scalar, Source, parse, place_in_scalar
from generator.promql import build
from generator.promql.build import Matcher, Selector, Verbatim, either, equal, rate, total
from generator.promql.checks import CHECKS, Known, check_expression
from generator.promql.codes import CODES
from promql.catalogues import load, shop
from promql.test_catalogue import ISTIO, MISTAKES

RECORDED = {"slo:events_total:rate5m": frozenset({"namespace", "service", "slo"})}
WHOLE = Span("slos/a.yaml", 7, 3, 7, 9)
KNOWN = Known(shop(), RECORDED)


def check(expression: str | build.Expr, known: Known = KNOWN) -> list[Diagnostic]:
    diagnostics = Diagnostics()
    check_expression(expression, known, span=WHOLE, diagnostics=diagnostics)
    return list(diagnostics)


# Each check with what passes it ...
SOUND = [
    "sum by (job, method) (rate(requests_total[5m]))",
    "slo:events_total:rate5m{slo='x'}",
    'up{job="anything"} == 0 or ALERTS{alertname="x"}',
    "rate(old_seconds_sum[5m]) / rate(old_seconds_count[5m])",
    'old_seconds{quantile="0.99"}',
    "histogram_quantile(0.9, rate(new_seconds[5m]))",
    "histogram_quantile(0.9, sum by (le, job) (rate(request_seconds_bucket[5m])))",
    'requests_total{nothing=""}',
    'requests_total{nothing=~"|x"}',
    'requests_total{method="GET"}',
    'requests_total{method=~"GET|DELETE"}',
    'requests_total{method!="GET"}',
    'requests_total{job=~"c.+"}',
    'requests_total{code="418"}',
    'queue_size{queue=""}',
    'queue_size{queue!="in",queue!="out"}',
    'request_seconds_bucket{le="0.25"}',
    'request_seconds_bucket{le="1"} or request_seconds_bucket{le="1.0"}',
    'request_seconds_bucket{le=~"1(\\\\.0)?"}',
    'request_seconds_bucket{le=~"1000000|1e\\\\+06"}',
    'request_seconds_bucket{le="1e6"}',
    'request_seconds_bucket{le="+Inf"}',
    'request_seconds_bucket{le!="300"}',
    'sum by (x) (label_replace(requests_total, "x", "$1", "job", "(.*)"))',
    'sum by (x) (label_join(requests_total, "x", "-", "job", "host"))',
    'sum by (size) (count_values("size", queue_size))',
    'sum by (anything) ({job="x"})',
    "sum by (anything) (info(requests_total))",
    "sum by (job) (requests_total) * on (job) group_left (queue) queue_size",
    "sum(requests_total) * on () sum(queue_size)",
    "sum without (nothing) (requests_total)",
    'requests_total{host="a",host=~"a|b"}',
    "requests_seconds_bucket or requests_total",
    'sum(requests_total{hots="x"}) or vector(0)',
    "time() - 5",
    # A check of the name alone would need every value of __name__.
    '{__name__=~"requests_.*",nothing="x"}',
]

# ... and with what fails it: expression, check, severity, part of the message, part of the fix.
FAULTY = [
    ("rate(request_total[5m])", "unknown-metric", "error", "request_total", '"requests_total"'),
    ('{__name__="request_total"}', "unknown-metric", "error", "request_total", '"requests_total"'),
    ("slo:events_totl:rate5m", "unknown-metric", "error", "events_totl", '"slo:events_total:rate5m"'),
    ("zzz", "unknown-metric", "error", "zzz", "add the metric to a fixture"),
    ("request_seconds", "unknown-metric", "error", "request_seconds", "query request_seconds_bucket,"),
    ("new_seconds_bucket", "unknown-metric", "error", "new_seconds_bucket", ""),
    ("sum by (jbo) (requests_total)", "unknown-label", "error", "no label jbo", '"job"'),
    ("sum by (queue) (requests_total + requests_total)",
     "unknown-label", "error", "no label queue", "correct"),
    ("sum(requests_total) * on (hosst) requests_total{code='200',host='a',method='GET'}",
     "unknown-label", "error", "no label hosst", '"host"'),
    ('requests_total{mehtod="GET"}', "unknown-label", "error", "no label mehtod", '"method"'),
    ('requests_total{nothing!="x"}', "unknown-label", "error", "no label nothing", "fixture"),
    ('requests_total{nothing!=""}', "unknown-label", "error", "no label nothing", "fixture"),
    ('request_seconds_count{le="1"}', "unknown-label", "error", "no label le", "fixture"),
    ('slo:events_total:rate5m{sol="x"}', "unknown-label", "error", "no label sol", '"slo"'),
    ('requests_total{method="GTE"}', "unknown-value", "error", 'method="GTE"', '"GET"'),
    ('requests_total{method=~"P.T"}', "unknown-value", "error", 'method=~"P.T"', "GET, POST"),
    ('requests_total{method!~".*"}', "unknown-value", "error", "method", "GET, POST"),
    ('requests_total{method=""}', "unknown-value", "error", "method", "GET, POST"),
    ('queue_size{queue="inn"}', "unknown-value", "error", "queue", '"in"'),
    ('requests_total{job="chekout"}', "unknown-value", "warning", 'job="chekout"', '"checkout"'),
    ('request_seconds_bucket{le="0.3"}', "unknown-bucket", "error", "no bucket 0.3", "use 0.25 or 1"),
    ('request_seconds_bucket{le=~"0\\\\.3"}', "unknown-bucket", "error", "no bucket 0.3", "use 0.25 or 1"),
    ('request_seconds_bucket{le=~"2(\\\\.0)?"}', "unknown-bucket", "error", "no bucket 2", "use 1 or 2.5"),
    ('request_seconds_bucket{le="0.05"}', "unknown-bucket", "error", "0.05", "use 0.1, the nearest"),
    ('request_seconds_bucket{le="2000000"}', "unknown-bucket", "error", "2000000", "use 1000000 or +Inf"),
    ('request_seconds_bucket{le="fast"}', "unknown-bucket", "error", "no bucket fast", "0.1, 0.25, 1, 2.5"),
    ('request_seconds_bucket{le="NaN"}', "unknown-bucket", "error", "no bucket NaN", "+Inf"),
    (
        'istio_request_duration_milliseconds_bucket{le="300"}',
        "unknown-bucket",
        "error",
        "no bucket 300",
        'sidecar.istio.io/statsHistogramBuckets: {"istiocustom":[100,250,300,500]}',
    ),
    ('requests_total{host="a",host="b"}', "contradiction", "error", 'host="a" and host="b"', "remove"),
    ('requests_total{host="a",host!~"a|c"}', "contradiction", "error", 'host!~"a|c" and host="a"', "remove"),
    ("requests_seconds or request_total", "unknown-metric", "error", "", ""),
    ('requests_total{code=~"5..$^"}', "impossible-regex", "error", 'code=~"5..$^"', "anchors"),
    ("max by (job) (sum by (host) (requests_total))",
     "lost-label", "error", "sum by (host) takes job", "keep"),
    ('max by (code) (absent(requests_total{job="cart"}))',
     "lost-label", "error", "absent takes code away", "demand it with = in the selector"),
    ("max by (code) (absent_over_time(sum by (code) (requests_total)[5m:1m]))",
     "lost-label", "error", "absent_over_time takes code away", "has no other labels"),
    ("max by (le) (histogram_quantile(0.9, rate(request_seconds_bucket[5m])))",
     "lost-label", "error", "histogram_quantile takes le away", "le tells buckets apart"),
    ("max by (le) (vector(0) or histogram_quantile(0.9, rate(request_seconds_bucket[5m])))",
     "lost-label", "error", "histogram_quantile takes le away", "le tells buckets apart"),
    ("rate(queue_size[5m])", "rate-of-gauge", "error", "queue_size, which is a gauge", "deriv"),
    ("rate(up[5m])", "rate-of-gauge", "error", "up, which is a gauge", "deriv"),
    ("increase(old_seconds[5m])", "rate-of-gauge", "error", "a quantile", "deriv"),
    ("rate(rate(requests_total[5m])[1h:1m])", "rate-of-gauge", "error", "a rate already", "avg_over_time"),
    ("requests_total > 100", "raw-counter", "error", "compared with a threshold", "rate(...[5m])"),
    ("sum(requests_total) > 100", "raw-counter", "error", "compared with a threshold", "rate(...[5m])"),
    ("request_seconds_sum / request_seconds_count", "raw-counter", "error", "it is divided", "rate"),
    ("avg_over_time(requests_total[5m])", "raw-counter", "error", "avg_over_time reads it", "rate"),
    ("histogram_quantile(0.9, sum by (le) (request_seconds_bucket))", "raw-counter", "error", "", "rate"),
    ("delta(requests_total[5m])", "delta-of-counter", "error", "delta of requests_total", "increase"),
    ("deriv(requests_total[5m])", "delta-of-counter", "error", "deriv of requests_total", "rate"),
    ("histogram_quantile(0.9, sum(rate(request_seconds_bucket[5m])))",
     "missing-le", "error", "sum takes", "le"),
    ("histogram_quantile(0.9, rate(request_seconds_sum[5m]))",
     "missing-le", "error", "no buckets", "_bucket"),
    ("sum by (job) (rate(request_seconds_bucket[5m]))", "missing-le", "error", "takes le away", "_count"),
    ("histogram_quantile(99, rate(request_seconds_bucket[5m]))", "quantile-range", "error", "99", "0.99"),
    ("quantile(-1, queue_size)", "quantile-range", "error", "-1", "from 0 to 1"),
    ("sum(old_seconds_sum) - sum(istio_request_duration_milliseconds_sum)",
     "unit-mismatch", "error", "seconds", "bring"),
    ("histogram_quantile(0.9, rate(istio_request_duration_milliseconds_bucket[5m])) > 0.3", "unit-mismatch",
     "warning", "0.3 looks like seconds", "write 300"),
    ("sum by (job) (queue_size) / sum by (job, instance) (queue_size)", "impossible-join", "error",
     "always has instance", "aggregate both"),
    ("sum by (job) (requests_total) and on (host) up{host='a'}", "impossible-join", "error", "never", "on"),
    ("queue_size{job='cart'} - queue_size{job='checkout'}", "impossible-join", "error", '"cart" on the left',
     "ignoring (job)"),
    ("rate(requests_total[5m]) * on (job) sum by (job) (queue_size)",
     "many-to-many", "error", "one series for each code", "aggregate"),
    ("rate(requests_total[1m:1m])", "short-window", "error", "one step each 1m", "at least 4m"),
    ("avg(histogram_quantile(0.9, rate(request_seconds_bucket[5m])))",
     "average-of-quantiles", "error", "avg of",
     "sum by (le"),
    ("sum(old_seconds)", "average-of-quantiles", "error", "sum of quantiles", "max"),
    ("rate(sum(requests_total)[5m:30s])", "rate-of-sum", "error", "rate of a sum", "sum(rate(...))"),
    ("avg(rate(request_seconds_sum[5m]) / rate(request_seconds_count[5m]))",
     "sum-of-ratios", "error", "avg of",
     "divide last"),
    ("up > 1", "never-true", "error", "between 0 and 1", "threshold"),
    ("vector(1) == 2", "never-true", "error", "the left side is 1", "threshold"),
    ("count(queue_size) == 0", "never-true", "error", "at least 1", "threshold"),
    ("queue_size > 5 and queue_size < 3", "never-true", "error", "never true together", "or"),
    ("sum(rate(requests_total{code='500'}[5m])) / sum(rate(requests_total[5m])) > 1.44",
     "never-true", "error",
     "between 0 and 1", "threshold"),
    ("rate(requests_total[5m]) >= 0", "always-true", "warning", "at least 0", "leave the comparison out"),
    ('label_replace(requests_total, "x", "$1", "job", "(")', "relabelling", "error", "invalid", "RE2"),
    ('label_replace(requests_total, "x-y", "$1", "job", "(.*)")', "relabelling", "error", '"x-y"', "letters"),
    ('label_replace(requests_total, "x", "$2", "job", "(.*)")', "relabelling", "error", "no $2", "parenth"),
    ('label_replace(requests_total, "x", "$1", "jbo", "(.+)")',
     "relabelling", "error", "no label jbo", '"job"'),
    ("sum by (job) (rate(mesh_total[5m]))", "two-reporters", "error", "at both ends", "destination"),
]  # fmt: skip


@pytest.mark.parametrize("expression", SOUND)
def test_what_is_sound_is_passed(expression: str) -> None:
    assert check(expression) == []


@pytest.mark.parametrize(("expression", "name", "severity", "message", "fix"), FAULTY)
def test_what_is_faulty_is_found(expression: str, name: str, severity: str, message: str, fix: str) -> None:
    found = check(expression)
    assert {(item.code, str(item.severity)) for item in found} == {(f"promql/{name}", severity)}
    assert all(
        message in item.message and fix in item.fix and item.cause and item.span == WHOLE for item in found
    )


def test_each_check_has_a_faulty_case() -> None:
    assert {f"promql/{name}" for _, name, *_ in FAULTY} == CHECKS.keys()


def test_branches_of_an_or_excuse_each_other_and_no_more() -> None:
    dead, alive = 'requests_total{method="GTE"}', "requests_total"
    assert check(f"{dead} or {alive}") == []
    assert check(f"{alive} or sum({dead})") == []
    assert check(f"({dead} or {alive}) or {dead}") == []
    assert len(check(f"{dead} or requests_totl or {dead}")) == 2
    assert len(check(f"({dead} or {alive}) * {dead}")) == 1
    assert len(check(f"{dead} and {alive}")) == 1
    # A grouping that is wrong still yields something: nothing excuses it.
    assert len(check(f"sum by (jbo) ({alive}) or {alive}")) == 1


def test_our_own_trees_are_checked_like_their_text() -> None:
    def requests(*matchers: Matcher) -> build.Call:
        return rate(Selector("requests_total", matchers, "5m"))

    for expression in (
        total(requests(equal("method", "GTE")), ("jbo",)),
        either(requests(equal("method", "GTE")), requests(equal("host", "a"))),
        either(requests(equal("method", "GTE")), requests(equal("host", "c"))),
        build.Binary(requests(), "*", Selector("queue_size"), ("hosst",)),
        build.Binary(Verbatim("rate(request_total[5m])"), ">", build.Number(0)),
        total(Verbatim('a{x="y"} or b'), ("z",)),
    ):
        assert check(expression) == check(expression.render())


def test_what_a_slot_stands_for_is_not_checked() -> None:
    slotted = Selector(
        "requests_total", (equal("method", build.Slot("name")), equal("host", "c")), build.WINDOW
    )
    assert [item.message for item in check(rate(slotted))] == ['no known host passes host="c"']


@pytest.mark.parametrize("expression", ["rate(up[\0window\0])", "up{job=\0name\0}", '{__\0\0\0\0m"}'])
def test_an_author_has_no_slots(expression: str) -> None:
    """The mark of our own slots would make anything pass, and shifts places."""
    diagnostics = Diagnostics()
    check_expression(
        expression,
        KNOWN,
        span=None,
        diagnostics=diagnostics,
        place=lambda start, end: Span("a", 1, start + 1, 1, end + 1),
    )
    (found,) = diagnostics
    assert found.code == "promql/syntax"
    assert found.span == Span("a", 1, expression.index("\0") + 1, 1, expression.index("\0") + 2)


def test_without_a_catalogue_only_syntax_is_checked() -> None:
    known = Known(None, RECORDED)
    assert check("nothing{x='y'}", known) == []
    assert [item.code for item in check("rate(a)", known)] == ["promql/syntax"]
    assert [item.code for item in check(Verbatim("rate(a)"), known)] == ["promql/syntax"]


@pytest.mark.parametrize("expression", ["+".join("a" * 202), "(" * 101 + "a" + ")" * 101, "a" * 20_001])
def test_what_is_too_large_to_be_read_is_not_called_wrong(expression: str) -> None:
    (found,) = check(expression)
    assert (found.code, found.severity) == ("promql/too-large", Severity.ERROR)
    assert "Prometheus may take it" in found.cause


QUERY = """\
query: |-
  sum by (jbo) (  # jbo
    rate(requests_total{mehtod='GET',job="chekout"}[5m])
  )
"""


def test_a_finding_points_at_the_word() -> None:
    source = Source("slos/a.yaml", QUERY)
    diagnostics = Diagnostics()
    (document,) = parse(source, diagnostics)
    scalar = document.root.get("query")
    assert isinstance(scalar, Scalar)

    def place(start: int, end: int) -> Span:
        return place_in_scalar(scalar, source, start, end)

    check_expression(scalar.text, KNOWN, span=scalar.span, diagnostics=diagnostics, place=place)
    lines = QUERY.splitlines()
    words = [
        lines[item.span.line - 1][item.span.column - 1 : item.span.end_column - 1] for item in diagnostics
    ]
    assert words == ["jbo", "mehtod", '"chekout"']

    syntax = Diagnostics()
    check_expression(
        'a{b=~"("}',
        KNOWN,
        span=WHOLE,
        diagnostics=syntax,
        place=lambda start, end: Span("x", 1, start, 1, end),
    )
    assert [item.span for item in syntax] == [Span("x", 1, 5, 1, 8)]


def test_every_code_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs/checks.md").read_text()
    for name, check_module in CHECKS.items():
        assert name == check_module.ID
        assert CODES[name].explanation == check_module.DOC
        section = page.partition(f"## `{name}`\n")[2].partition("\n## ")[0]
        assert " ".join(check_module.DOC.split()) in " ".join(section.split()), name
    said = {code for _, code, *_ in MISTAKES} | {
        "catalogue/conflict",
        "promql/suppression",
        "promql/syntax",
        "promql/too-large",
        "promql/version",
        "promql/unread",
        "promql/cycle",
        "promql/undefined-record",
        "promql/unused-record",
    }
    assert said | CHECKS.keys() == CODES.keys()


@pytest.mark.parametrize("code", [code for code in CODES if CODES[code].example])
def test_the_example_of_a_code_earns_it(code: str) -> None:
    _, said = load(CODES[code].example)
    assert code in {item.code for item in said}


def test_the_documented_catalogue_is_one() -> None:
    page = (Path(__file__).parents[2] / "docs/catalogue.md").read_text()
    examples = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert len(examples) >= 2
    for example in examples:
        catalogue, said = load(example)
        assert catalogue is not None
        assert said == []
        assert catalogue.metrics


def test_a_warning_is_no_error() -> None:
    diagnostics = Diagnostics()
    check_expression('requests_total{job="x"}', KNOWN, span=WHOLE, diagnostics=diagnostics)
    assert [item.severity for item in diagnostics] == [Severity.WARNING]
    assert not diagnostics.has_errors


def test_the_documented_examples_are_found_and_passed() -> None:
    catalogue, _ = load(ISTIO.read_text())
    known = Known(catalogue, {})
    page = (Path(__file__).parents[2] / "docs/checks.md").read_text()
    for name in CHECKS:
        section = page.partition(f"## `{name}`\n")[2].partition("\n## ")[0]
        faulty, sound = re.findall(r"^(.+)    # (?:found|passed)$", section, re.MULTILINE)
        assert [item.code for item in check(faulty, known)] == [name]
        assert check(sound, known) == []


IGNORED = "# sightline: ignore promql/raw-counter it never restarts\nrequests_total > 100"


def test_a_comment_with_a_reason_silences_a_check() -> None:
    assert check(IGNORED) == []
    assert check(IGNORED.replace("raw-counter", "never-true")) != []
    # Another mistake in the same expression is found all the same.
    assert [item.code for item in check(IGNORED + " and up > 1")] == ["promql/never-true"]


@pytest.mark.parametrize(
    ("comment", "message", "fix"),
    [
        ("ignore promql/raw-counter", "without a reason", "say behind it why"),
        ("ignore promql/raw-conter it never restarts", "is no check", '"promql/raw-counter"'),
        ("ignore", "is no check", "promql/..."),
        ("silence promql/raw-counter it never restarts", '"silence" is not known', ""),
        ("ignore promql/never-true it is", "finds nothing here", "remove"),
    ],
)
def test_a_comment_that_silences_nothing_is_found(comment: str, message: str, fix: str) -> None:
    found = check(f"requests_total > 100  # sightline: {comment}\n")
    assert {item.code for item in found} == {"promql/raw-counter", "promql/suppression"}
    (said,) = (item for item in found if item.code == "promql/suppression")
    assert message in said.message
    assert fix in said.fix
    assert said.severity is Severity.WARNING
