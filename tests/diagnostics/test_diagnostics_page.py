"""The page that explains the reports shows what the program really says."""

import re
from pathlib import Path

import pytest

from generator.diagnostics import Diagnostics
from generator.diagnostics.reporters import REPORTERS
from generator.documents import Source, parse

PAGE = Path(__file__).parents[2] / "docs" / "diagnostics.md"
_FOUND = re.findall(r"```(yaml|text|json)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
# The first of each kind; others are about something else.
BLOCKS = dict(reversed(_FOUND))


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_page_shows_the_real_report(form: str) -> None:
    source = Source("slos/reviews.yaml", BLOCKS["yaml"])
    diagnostics = Diagnostics()
    parse(source, diagnostics)
    assert REPORTERS[form](diagnostics, {source.path: source.text}) == BLOCKS[form]
