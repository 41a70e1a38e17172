"""Sound expressions in the style of well-known public rule sets, in our own words, with their catalogues.

`tests/promql/sound/` has a file for each style. One expression stands on a line; `name := expression` records
it for the lines below. Run as a program, this prints what the checks say about them: nothing, if they are
right.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from generator.diagnostics import Diagnostic, Diagnostics, Span
from generator.documents import Source
from generator.promql.catalogue_file import load_catalogue
from generator.promql.checks import Known, check_expression
from generator.promql.flow.evaluate import flow_of, record_of

SOUND = Path(__file__).parent / "sound"
CATALOGUES = (SOUND / "kubernetes.yaml", Path(__file__).parents[1] / "fixtures" / "istio.yaml")
_RECORD = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*) := (.*)")


class Line(NamedTuple):
    """An expression with its place, and the name that records it."""

    record: str
    expression: str
    span: Span


def lines() -> Iterator[Line]:
    """Every expression of every style."""
    for path in sorted(SOUND.glob("*.txt")):
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not text.startswith("#"):
                match = _RECORD.fullmatch(text)
                record, expression = match.groups() if match else ("", text)
                begin = len(text) - len(expression) + 1
                yield Line(record, expression, Span(path.name, number, begin, number, len(text) + 1))


def known_to_them() -> Known:
    """What the expressions read: the catalogues' metrics, and what the lines record."""
    diagnostics = Diagnostics()
    sources = [Source(path.name, path.read_text(encoding="utf-8")) for path in CATALOGUES]
    known = Known(load_catalogue(sources, diagnostics), recorded := {})
    assert not list(diagnostics), list(diagnostics)
    for line in lines():
        if line.record:
            flow = flow_of(line.expression, known)
            recorded[line.record] = flow.labels.known
            known.learn(line.record, record_of(flow))
    return known


def findings() -> list[Diagnostic]:
    """All that the checks say about the sound expressions: each is a false positive."""
    known = known_to_them()
    diagnostics = Diagnostics()
    for line in lines():
        check_expression(line.expression, known, span=line.span, diagnostics=diagnostics)
    return list(diagnostics)


if __name__ == "__main__":
    found = findings()
    for item in found:
        assert item.span
        print(f"{item.span.path}:{item.span.line}: {item.severity}[{item.code}] {item.message}; {item.cause}")
    print(f"{len(list(lines()))} sound expressions, {len(found)} false positives")
    sys.exit(bool(found))
