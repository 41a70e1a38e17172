"""The report as workflow commands: what the runner reads back is what was found, whatever the words are."""

import re

from diagnostics.test_sarif_report import FOUND
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Diagnostic, Severity, Span
from generator.diagnostics.reporters import REPORTERS

render = REPORTERS["github"]
_COMMAND = re.compile(r"::(?P<name>[a-z]+) (?P<properties>[^\n]*?)::(?P<message>[^\n]*)")


def _unescaped(text: str, escapes: str) -> str:
    """What the runner makes of an escaped text."""
    for character in escapes:
        text = text.replace(f"%{ord(character):02X}", character)
    return text.replace("%25", "%")


def test_a_finding_with_all_its_words():
    item = Diagnostic(
        code="slo/period", message="100 % wrong: a, b", span=Span("slos/a,b.yaml", 3, 5, 3, 9), fix="use 7d"
    )
    assert render([item], {}) == (
        "::error title=slo/period,file=slos/a%2Cb.yaml,line=3,endLine=3,col=5,endColumn=9"
        "::100 %25 wrong: a, b%0Afix: use 7d\n"
    )


def test_a_warning_without_a_place():
    item = Diagnostic(code="a/b", message="m", span=None, severity=Severity.WARNING)
    assert render([item], {}) == "::warning title=a/b::m\n"


@given(st.lists(FOUND, max_size=4))
def test_no_words_begin_another_command(found):
    lines = render(found, {}).split("\n")[:-1]
    assert len(lines) == len(found)
    for item, line in zip(found, lines, strict=True):
        command = _COMMAND.fullmatch(line)
        assert command
        assert command["name"] == item.severity
        properties = dict(part.split("=", 1) for part in command["properties"].split(","))
        assert _unescaped(properties["title"], ":,\r\n") == item.code
        assert _unescaped(command["message"], "\r\n").count("\n") == 2 + len(item.related)
