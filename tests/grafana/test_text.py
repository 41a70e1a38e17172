"""User text where Grafana would read variables, Markdown or HTML: what is shown is what was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.grafana.text import LITERALS, literal, markdown, markdown_link, used_literals

# Grafana's own expression (grafana/scenes, src/variables/constants.ts); JavaScript's \w is ASCII.
VARIABLE = re.compile(r"\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:}]+))?(?::([^}]+))?\}", re.ASCII)
HOSTILE = st.text(alphabet="$[]{}:._a1_literal_dollar \\<>*`é", max_size=40)


def interpolate(text: str, values: dict[str, str]) -> str:
    """What Grafana does: one pass, unknown names stay, a value is not scanned again."""

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2] or match[4]
        return values.get(name, match[0])

    return VARIABLE.sub(value, text)


class Everything(dict):
    """Variables of every name but those of numbers, which cannot be declared."""

    def get(self, name, default):
        if name in LITERALS:
            return LITERALS[name]
        return default if name[0].isdigit() else "REPLACED"


@given(HOSTILE)
@example("${literal_dollar}")
@example("$__from [[datasource]] ${x:csv} [[a:regex]]")
@example("[[[a]]]")
@example("$$a")
@example("$[[a]]")
def test_titles_show_what_was_written(text):
    assert interpolate(literal(text), Everything()) == text


def test_only_what_could_be_a_variable_is_escaped():
    assert literal("US$ 5, $5, ${1}xx, a$, [x] [[-]]") == "US$ 5, $5, ${1}xx, a$, [x] [[-]]"
    assert used_literals(literal("$a [[b]]")) == ["literal_bracket", "literal_dollar"]
    assert used_literals("plain") == []


@given(HOSTILE)
def test_markdown_holds_no_variable_and_no_tag(text):
    escaped = markdown(text)
    assert interpolate(escaped, Everything()) == escaped
    assert "<" not in escaped
    assert not re.search(r"(?<!\\)[*`]", escaped)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain slo_info, 99.9 %", "plain slo_info, 99.9 %"),
        ("*a* _b_ `c`", r"\*a\* \_b\_ \`c\`"),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("[a](javascript:alert(1))", "&#91;a&#93;(javascript:alert(1))"),
        ("${__from} $datasource", "&#36;{\\_\\_from} &#36;datasource"),
        ("# head", r"\# head"),
        ("1. one\n\n    code", r"1\. one code"),
        ("a & b", "a &amp; b"),
    ],
)
def test_markdown_escapes(text, expected):
    assert markdown(text) == expected


def test_links_are_web_links():
    assert markdown_link("Run", "https://x.example.com/a_(b)?q=$x&r=[1]") == (
        "[Run](https://x.example.com/a_%28b%29?q=%24x&r=%5B1%5D)"
    )
    assert markdown_link("Run", "javascript:alert(1)") == "Run"
