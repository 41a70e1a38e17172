import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.promql.duration import Duration, window


@pytest.mark.parametrize(
    ("text", "milliseconds", "printed"),
    [
        ("250ms", 250, "250ms"),
        ("30s", 30_000, "30s"),
        ("60s", 60_000, "1m"),
        ("90m", 5_400_000, "90m"),
        ("1h30m", 5_400_000, "90m"),
        ("4w2d", 2_592_000_000, "30d"),
        ("30d", 2_592_000_000, "30d"),
        ("1y", 31_536_000_000, "365d"),
        ("1s500ms", 1_500, "1500ms"),
        ("007s", 7_000, "7s"),
    ],
)
def test_durations_are_read_and_printed_one_way(text: str, milliseconds: int, printed: str) -> None:
    assert Duration.parse(text) == Duration(milliseconds)
    assert str(Duration.parse(text)) == printed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0s",
        "5",
        "m",
        "5 m",
        "-5m",
        "1.5h",
        "30m1h",
        "5m5m",
        "5M",
        "5min",
        "٣m",
        "1h\n",
        "300y",
        "9" * 5000 + "s",
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration such as"):
        Duration.parse(text)


@given(st.integers(1, 292 * 365 * 86_400_000))
def test_what_is_printed_is_read_back(milliseconds: int) -> None:
    duration = Duration(milliseconds)
    assert Duration.parse(str(duration)) == duration


def test_durations_are_ordered_and_have_seconds() -> None:
    assert window("5m") < window("1h")
    assert window("1s500ms").seconds == 1
