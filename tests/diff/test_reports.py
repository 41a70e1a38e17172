"""The forms of the report, and texts by the words in which they differ."""

from __future__ import annotations

import html
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.delivery.artifact import Artifact
from generator.diff import REPORTS, Change, Difference, files
from generator.diff.essence import essence
from generator.diff.names import Name, renamed

QUERY = 'sum(rate(a{b="c"}[5m])) / 0.001'


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (QUERY, QUERY.replace("0.001", "0.0005"), "0.001 → 0.0005"),
        (QUERY, QUERY.replace("5m", "30m"), "5m → 30m"),
        (QUERY, QUERY.replace("sum", "max"), "sum → max"),
        ("https://a.example.com/x", "https://a.example.com/y", "x → y"),
        # Too long, over several lines, or nothing of one side: both texts are shown whole.
        (f"max({QUERY} + {QUERY})", f"min({QUERY} + {QUERY}) * 2", ""),
        ("a\nb", "c\nd", ""),
        (QUERY, f"{QUERY} > 1", ""),
        (QUERY.replace("/", "*"), QUERY, ""),
        ("", QUERY, ""),
        (QUERY, QUERY, ""),
    ],
)
def test_texts_differ_by_few_words(before, after, said):
    assert essence(before, after) == said


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_what_is_said_is_enough_to_tell_the_texts_apart(head, was, now, tail):
    before, after = f"{head}{was}{tail}", f"{head}{now}{tail}"
    old, arrow, new = essence(before, after).partition(" → ")
    if arrow and "→" not in before + after:
        assert old != new
        assert old in before
        assert new in after


def many(count: int) -> list[Difference]:
    texts = "x" * 500, "y" * 500
    return [
        Difference(
            "slo", f"a/b/c{number}", "~", (Change("~", "sli", "which events count", *texts, in_full=True),)
        )
        if number % 2
        else Difference("service", f"a/s{number}", "+", (Change("+", "slo", f"SLO {number}: 99 % over 30d"),))
        for number in range(count)
    ]


def test_a_comment_holds_the_markdown_report():
    """GitHub takes 65,536 characters; what is left out is counted."""
    differences = [
        Difference("service", f"a/s{number}", "+", (Change("+", "slo", f"{number} " + "z" * 500),))
        for number in range(500)
    ]
    report = REPORTS["markdown"](differences, "HEAD")
    assert 50_000 < len(report.encode()) < 65_536
    shown = report.count("#### Service")
    assert report.endswith(f"\n… and {500 - shown} more, which `sightline diff` shows.\n")


def test_what_changed_alike_is_told_once():
    report = REPORTS["text"](many(30), "HEAD")
    assert report.count("which events count") == 1
    assert (
        "SLO a/b/c1, a/b/c3, a/b/c5, a/b/c7, a/b/c9, a/b/c11, a/b/c13, a/b/c15, a/b/c17, a/b/c19 and 5 more"
        in (report)
    )
    assert len(json.loads(REPORTS["json"](many(30), "HEAD"))["differences"]) == 30


def test_a_comment_calls_nobody_and_refers_to_no_issue():
    change = Change("+", "panel", "panel for @shop/oncall, see #12 or shop/site#3")
    report = REPORTS["markdown"]([Difference("dashboard", "uid", "~", (change,), "@shop")], "main@{1}")
    assert "@&#8203;shop" in report
    assert re.search(r"[@#]\w", html.unescape(report)) is None


def test_control_characters_act_nowhere():
    change = Change("~", "query", "panel \x1b[31m\u202e", "a\x1b[2J", "b\u2028c", in_full=True)
    differences = [Difference("dashboard", "uid", "~", (change,), "\x07title")]
    for form in ("text", "markdown"):
        report = REPORTS[form](differences, "\x1b[31m")
        assert not set(report) & set("\x1b\x07\u202e\u2028")


def test_code_in_markdown_ends_where_we_end_it():
    change = Change("~", "query", "q", "```\n# x", "````\n</details>", in_full=True)
    lines = REPORTS["markdown"]([Difference("pack", "p", "~", (change,))], "HEAD").splitlines()
    start = lines.index("  `````diff")
    assert lines[start + 1 : start + 6] == ["  - ```", "  - # x", "  + ````", "  + </details>", "  `````"]


def test_a_generated_file_never_changes_unsaid():
    """Of formats that nothing else tells of each file is one; of the others where nothing else was told."""
    before = [Artifact("istio/a.yaml", "1", ""), Artifact("x/prometheus/rules/a/b.yaml", "1", "")]
    after = [Artifact("istio/b.yaml", "1", ""), Artifact("x/prometheus/rules/a/b.yaml", "2", "")]
    first, last = Difference("file", "istio/a.yaml", "-"), Difference("file", "istio/b.yaml", "+")
    assert list(files.differences(before, after, told=True)) == [first, last]
    rules = Difference("file", "x/prometheus/rules/a/b.yaml", "~")
    assert list(files.differences(before, after, told=False)) == [first, last, rules]
    assert list(files.differences(before, before, told=False)) == []


def test_names_that_are_said_come_before_guesses():
    """`c` says that it was `a`; `d` is like `b`; `e` is too, and late; `f` says what still is."""
    said = {9: ["a"], 0: ["z"]}
    names = renamed(
        {"a": 1, "b": 2},
        {"c": 9, "d": 2, "e": 2, "f": 0},
        lambda thing: said.get(thing, ()),
        lambda was, now: was == now,
    )
    assert names == {
        "a": Name("c", said=True),
        "c": Name("a", said=True),
        "b": Name("d", said=False),
        "d": Name("b", said=False),
    }
