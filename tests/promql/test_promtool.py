"""Prometheus' own parser has the last word on what we render and on what we take."""

import json
import re
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from generator.promql.build import Expr, Matcher, Selector, bucket_matcher, equal, rate, regex_literal, total
from generator.promql.error import PromQLError
from generator.promql.parse import parse
from promql.strategies import VECTORS

pytestmark = pytest.mark.engine

EVERY_KIND_OF_CHARACTER = [chr(code) for code in range(0x180)] + list("\u2028\ufeff\ufffd\ue000😀\u0301")


def _yaml(text: str) -> str:
    """JSON as YAML: no pairs of surrogates, which Go's YAML reader does not put together."""

    def character(match: re.Match[str]) -> str:
        code = ord(json.loads('"' + match.group() + '"'))
        return f"\\U{code:08x}"

    return re.sub(r"\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}", character, text)


def refusals(expressions: list[str], folder: Path) -> str:
    """What `promtool check rules` says against the expressions; empty if it takes them all."""
    rules = [{"record": f"r{number}", "expr": text} for number, text in enumerate(expressions)]
    path = folder / "rules.json"
    path.write_text(_yaml(json.dumps({"groups": [{"name": "g", "rules": rules}]})))
    result = subprocess.run(["promtool", "check", "rules", path], capture_output=True, text=True, check=False)
    return result.stderr if result.returncode else ""


def test_every_character_may_stand_in_a_value(tmp_path: Path) -> None:
    values = [*EVERY_KIND_OF_CHARACTER, "".join(EVERY_KIND_OF_CHARACTER)]
    expressions: list[Expr] = [Selector("m", (equal("a", value),)) for value in values]
    expressions += [Selector("m", (Matcher("a", "=~", regex_literal(value)),)) for value in values]
    expressions += [Selector("m", (bucket_matcher(Decimal(bound)),)) for bound in ("0.5", "250", "1800000")]
    expressions += [total(rate(Selector("m", (), "5m")), ("a", "b"))]
    assert refusals([expression.render() for expression in expressions], tmp_path) == ""


@settings(max_examples=5, phases=[Phase.generate])
@given(st.lists(VECTORS, min_size=20, max_size=40))
def test_what_is_rendered_is_taken(tmp_path_factory: pytest.TempPathFactory, expressions: list[Expr]) -> None:
    folder = tmp_path_factory.mktemp("rules")
    assert refusals([expression.render() for expression in expressions], folder) == ""


# Where the parser that we use and Prometheus part, we side with Prometheus.
@pytest.mark.parametrize(
    "text",
    [
        r"m{a=~`[\w-.]+`}",
        "m{a=~`{{x}}`}",
        r'm{a=~"\\Qa.b\\E"}',
        r'm{a="\x41\101\u00e9"}',
        "m{a=~`a**`}",
        r'm{a=~"\\u0041"}',
        "m{a=~`a{1001}`}",
        'm{a="b" or c="d"}',
        "m[300y]",
        "m @ 1e30",
        "m * 1e309",
        "holt_winters(m[5m], 0.5, 0.5)",
        'm{a="\ufffd\\q"}',
    ],
)
def test_verdicts_agree(text: str, tmp_path: Path) -> None:
    try:
        parse(text)
        taken = True
    except PromQLError:
        taken = False
    assert taken == (refusals([text], tmp_path) == "")
