"""The text of `/metrics` to what was seen: Prometheus' exposition format 0.0.4, and OpenMetrics 1.0.

Names stay as they are written, as Prometheus keeps them: a counter may lack `_total`, as Envoy's do. Values,
times and exemplars are read over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from generator.diagnostics import Diagnostics, Span
from generator.documents import Source
from generator.live.observation import Observation, Told
from generator.promql.catalogue_schema import TYPES

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_COMMENT = re.compile(rf"#[ \t]+(TYPE|HELP|UNIT)[ \t]+({_NAME})(?:[ \t]+(.*))?")
_SAMPLE = re.compile(rf"({_NAME})[ \t]*(\{{)?")
_LABEL = re.compile(r'[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(?:,|(?=\}))')
_END = re.compile(r"[ \t]*\}")
_VALUE = re.compile(r"[ \t]*(\S+)(?:[ \t]+-?[0-9.]+)?[ \t]*(?:#.*)?\r?")  # a time and an exemplar may follow
_ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}
_ESCAPE = re.compile(r"\\.")
# OpenMetrics has names of its own for two types.
_TYPES = {**{kind: kind for kind in TYPES}, "untyped": "unknown"}
_MISTAKES = 20


def read_exposition(
    source: Source, target_labels: Iterable[str], observation: Observation, diagnostics: Diagnostics
) -> None:
    """Take note of every sample of an exposition and of what its comments tell.

    `target_labels` are those that Prometheus adds to every series of the target. After `_MISTAKES` wrong
    lines the rest is not read.
    """
    added = frozenset(target_labels)
    told: dict[str, dict[str, str]] = {}
    mistakes = 0
    for number, line in enumerate(source.text.split("\n"), 1):
        if line.startswith("#"):
            _comment(line, told)
        elif line.strip() and not _sample(line, added, observation):
            mistakes += 1
            span = Span(source.path, number, 1, number, min(len(line), LONGEST_SHOWN) + 1)
            message = "not a sample of an exposition"
            fix = 'a sample is name{label="value"} number: take the whole text of /metrics'
            diagnostics.error("capture/exposition", message, span, fix=fix)
            if mistakes == _MISTAKES:
                return
    for name, said in told.items():
        kind = _TYPES.get(said.get("TYPE", ""), "unknown")
        observation.tell(name, Told(kind, said.get("UNIT", ""), said.get("HELP", "")))


LONGEST_SHOWN = 200


def _comment(line: str, told: dict[str, dict[str, str]]) -> None:
    """Keep what a comment tells of a metric; any other comment says nothing."""
    if match := _COMMENT.fullmatch(line.rstrip("\r")):
        keyword, name, text = match.groups()
        words = _unescaped(text or "") if keyword == "HELP" else (text or "").strip()
        told.setdefault(name, {}).setdefault(keyword, words)


def _sample(line: str, added: frozenset[str], observation: Observation) -> bool:
    """Take note of the series of one line; False if it is none."""
    match = _SAMPLE.match(line)
    if not match:
        return False
    labels, place = {"__name__": match[1]}, match.end()
    if match[2]:
        while label := _LABEL.match(line, place):
            labels[label[1]], place = _unescaped(label[2]), label.end()
        end = _END.match(line, place)
        if not end:
            return False
        place = end.end()
    value = _VALUE.fullmatch(line, place)
    if not value or not _is_number(value[1]):
        return False
    observation.add(labels, added)
    return True


def _is_number(text: str) -> bool:
    """Whether this is a number as Go reads it, as Prometheus does."""
    try:
        float.fromhex(text) if "x" in text.casefold() else float(text)
    except (ValueError, OverflowError):
        return False
    return True


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[0], match[0]), text) if "\\" in text else text
