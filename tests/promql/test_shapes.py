"""What was found sound once is not judged again, and what differs in a value is judged by that value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.promql.checks import Known
from generator.promql.checks.run import findings
from promql.catalogues import shop

PAIRS = [
    ('requests_total{method="GET"}', 'requests_total{method="GTE"}'),
    ('requests_total{host="a",host="a"}', 'requests_total{host="a",host="b"}'),
    ('requests_total{method="GET"}', 'requests_total{method=""}'),
    ('request_seconds_bucket{le="1"}', 'request_seconds_bucket{le="3"}'),
    ('sum(request_seconds_bucket{le=~"1(\\\\.0)?"}) by (job)',
     'sum(request_seconds_bucket{le=~"1|2.5"}) by (job)'),
    ('sum(mesh_total{reporter="source"})', 'sum(mesh_total{reporter=~".+"})'),
    ('queue_size{job="cart"} - queue_size{job="cart"}',
     'queue_size{job="cart"} - queue_size{job="checkout"}'),
    ('label_replace(queue_size, "a", "b", "job", ".*")', 'label_replace(queue_size, "a", "b", "jbo", ".+")'),
    ("requests_total{method='GET'}", "requests_total{method='\"GET\"'}"),
]  # fmt: skip


@pytest.mark.parametrize(("sound", "faulty"), PAIRS)
def test_a_value_is_judged_though_the_shape_is_known(sound: str, faulty: str) -> None:
    known = Known(shop(), {})
    assert findings(sound, known) == []
    assert findings(sound, known) == []
    found = findings(faulty, known)
    assert found
    assert found == findings(faulty, Known(shop(), {}))
    assert findings(sound, known) == []


NAMES = st.sampled_from(["a", "b", "c", "GET", "GTE", "", "cart", "x y", 'q"', "\\"])


@given(st.lists(st.tuples(NAMES, NAMES, NAMES), min_size=2, max_size=6))
def test_order_and_company_change_nothing(values: list[tuple[str, str, str]]) -> None:
    from generator.promql.build import quote

    shared = Known(shop(), {})
    for host, method, other in values:
        text = (
            f"requests_total{{host={quote(host)},method={quote(method)}}}"
            f" - requests_total{{host={quote(other)},method={quote(method)}}}"
        )
        assert findings(text, shared) == findings(text, Known(shop(), {}))
