"""Runbooks: a user's text is text on the page, anchors are what Git hosts make of headings."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from generator.delivery import markdown
from generator.delivery.runbooks import artifacts
from generator.diagnostics import Span
from generator.links import runbooks
from generator.promql.duration import Duration
from generator.rules.model import Rule, RuleGroup
from generator.spec.model import Keep, Project, RepositorySettings, Service
from links.examples import platform, service
from links.test_link_files import printable

PLACES = {"runbook": Span("slos/reviews.yaml", 1, 1, 1, 2)}
MINE = platform(
    delivery=("runbooks",),
    repository=RepositorySettings(url="https://git.example.com/x/blob/main/out"),
    runbook="https://wiki.example.com/mesh",
)
PAGE = "https://git.example.com/x/blob/main/out/runbooks/bookinfo/reviews.md"
ALERT = Rule(
    alert="Fires", expr="up == 0", annotations={"summary": "It fires.", "description": "{{ $value }}"}
)
PACK = RuleGroup(name="pack.bookinfo.reviews.own", interval=MINE.interval, rules=(ALERT,))


def page(changed: Service, *groups: RuleGroup) -> str:
    (artifact,) = artifacts(Project(platform=MINE, services=(changed,)), [(changed, (), groups or (PACK,))])
    return artifact.text


def test_whose_runbook_an_alert_leads_to():
    bare = service(runbook="https://wiki.example.com/mesh")
    assert runbooks.slo_alert(MINE, bare, "availability", "Fires") == f"{PAGE}#fires-of-availability"
    assert runbooks.pack_alert(MINE, bare, "own", "Fires") == f"{PAGE}#fires-of-the-pack-own"
    own = service(runbook="https://wiki.example.com/reviews", at=PLACES)
    assert runbooks.slo_alert(MINE, own, "availability", "Fires") == "https://wiki.example.com/reviews"
    for without in (replace(MINE, delivery=()), replace(MINE, repository=RepositorySettings())):
        assert runbooks.slo_alert(without, bare, "availability", "Fires") == "https://wiki.example.com/mesh"
        assert runbooks.page(without, bare) == ""
    unsafe = replace(MINE, repository=RepositorySettings(url="javascript:alert(1)"))
    assert runbooks.slo_alert(unsafe, bare, "a", "Fires") == "https://wiki.example.com/mesh"


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("SLOBurnRatePageFast of availability", "sloburnratepagefast-of-availability"),
        ("CPU_High! (really) of the pack own", "cpu_high-really-of-the-pack-own"),
        ("Z\u00fcgig of a-b", "z\u00fcgig-of-a-b"),
    ],
)
def test_anchors(heading, expected):
    assert runbooks.anchor(heading) == expected


def test_a_service_without_alerts_has_no_page():
    silent = RuleGroup(name="slo.a", interval=MINE.interval, rules=(Rule(record="a:b", expr="up"),))
    assert list(artifacts(Project(platform=MINE), [(service(), (), (silent,))])) == []


def test_an_alert_of_a_pack_is_there_without_its_templates():
    text = page(service())
    assert "### Fires of the pack own\n\nIt fires.\n\n```promql\nup == 0\n```\n" in text
    assert "{{" not in text


BURN = re.compile(
    r"More than (?P<threshold>[0-9.]+) % of \w+ .*?in the last (?P<long>\w+) and in the last \w+\.\n\n"
    r"(?P<budget>[0-9.]+) % may, so the budget burns (?P<burn>[0-9.]+) times as fast as it lasts\. "
    r"(?P=burn) x (?P=long) / (?P<period>\w+) =\n(?P<spent>[0-9.]+) % of the whole budget is gone in"
)


def test_the_arithmetic_of_a_budget():
    """Burn x budget is the threshold, burn x window / period the share that is spent: worked out again.

    Numbers are printed to four digits, so they agree to half of the last one, each.
    """
    pages = sorted((Path(__file__).parents[2] / "out" / "runbooks").rglob("*.md"))
    found = [match for path in pages for match in BURN.finditer(path.read_text("utf-8"))]
    assert len(found) > 50
    for match in found:
        burn, budget = float(match["burn"]), float(match["budget"])
        window, period = (Duration.parse(match[name]).seconds for name in ("long", "period"))
        assert float(match["threshold"]) == pytest.approx(burn * budget, rel=1e-3)
        assert float(match["spent"]) == pytest.approx(100 * burn * window / period, rel=1e-3)


HOSTILE = st.text(min_size=1, max_size=60)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_a_text_is_no_markup(title, description, operation):
    def written(*words: str) -> str:
        names = dict(zip(("display_name", "description", "tracing_service"), words, strict=True))
        return page(service(**names, keep=Keep(operations=(words[2],)), runbook="", links=()))

    plain, text = written("x", "x", "x"), written(title, description, operation)
    for mark in ("\n#", "\n- ", "\n1. ", "```", "<!--", "](http", "\n| "):
        assert text.count(mark) == plain.count(mark), mark
    assert "<script" not in text.lower()


@given(HOSTILE, HOSTILE)
def test_a_renderer_shows_a_text_as_it_is(title, description):
    rendered = MarkdownIt("commonmark").render(
        page(service(display_name=title, description=description, runbook="", links=()))
    )
    (heading,) = re.findall("<h1>(.*?)</h1>", rendered, re.DOTALL)
    assert " ".join(html.unescape(heading).split()) == " ".join(f"{printable(title)}: what to do".split())
    first = rendered.partition("</h1>\n")[2].partition("\n<p>")[0]
    if printable(description):
        assert html.unescape(first.removeprefix("<p>").removesuffix("</p>")) == printable(description)


@given(st.text(max_size=80))
def test_code_stays_in_its_block(code):
    block = markdown.fenced(code, "promql")
    fence = re.match("`+", block)[0]
    assert block == f"{fence}promql\n{code}\n{fence}"
    assert fence not in code


@given(st.text(min_size=1, max_size=60))
def test_a_paragraph_begins_nothing(text):
    line = markdown.paragraph(text)
    assert not re.match(r"([-+*>#|=~`]|\d+[.)])", line)
