"""The answers of Prometheus' HTTP API (prometheus.io, "HTTP API"): JSON to what was seen.

They come from a server or from a file; `what` names the answer in messages, `span` is its file.
"""

from __future__ import annotations

from typing import Any

import orjson

from generator.diagnostics import Diagnostics, Span
from generator.live.observation import Observation, Told

_WORDS = 200  # characters of a foreign message that are shown


def data_of(body: bytes, what: str, diagnostics: Diagnostics, path: str = "") -> Any:
    """The `data` of an answer, or None after a report; `path` is the answer's file, if it came from one."""
    span = Span(path, 1, 1, 1, 1) if path else None
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        place = Span(path, error.lineno, error.colno, error.lineno, error.colno + 1) if path else None
        message = f"{what}: not JSON, or only a part of it: {error.msg}"
        diagnostics.error("capture/answer", message, place, fix="take the whole answer of the API")
        return None
    if not isinstance(answer, dict) or answer.get("status") != "success" or answer.get("data") is None:
        words = refusal(body) or "there is no data in it"
        message = f"{what}: not the answer of a Prometheus that is well: {words}"
        fix = "take the answer of /api/v1/series and /api/v1/metadata as it is"
        diagnostics.error("capture/answer", message, span, fix=fix)
        return None
    if answer.get("warnings"):
        message = f"{what}: the answer is not complete: {str(answer['warnings'])[:_WORDS]}"
        diagnostics.error("capture/partial", message, span, fix="correct this at the server, or ask for less")
        return None
    return answer["data"]


def refusal(body: bytes) -> str:
    """The server's own words in an answer that reports an error; empty if there are none."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    words = answer.get("error") if isinstance(answer, dict) else None
    return words[:_WORDS] if isinstance(words, str) else ""


def read_series(
    body: bytes, what: str, observation: Observation, diagnostics: Diagnostics, path: str = ""
) -> None:
    """Take note of the series in the answer of `/api/v1/series`."""
    data = data_of(body, what, diagnostics, path)
    if data is None:
        return
    if not isinstance(data, list) or not all(map(_is_strings, data)):
        _wrong(what, "a list of label sets", diagnostics, path)
        return
    for labels in data:
        observation.add(labels)


def read_metadata(
    body: bytes, what: str, observation: Observation, diagnostics: Diagnostics, path: str = ""
) -> None:
    """Take note of types, units and help texts in the answer of `/api/v1/metadata`."""
    data = data_of(body, what, diagnostics, path)
    if data is None:
        return
    sound = isinstance(data, dict) and all(
        isinstance(entries, list) and all(map(_is_strings, entries)) for entries in data.values()
    )
    if not sound:
        _wrong(what, "metrics with their types", diagnostics, path)
        return
    for name, entries in data.items():
        for entry in entries:
            observation.tell(name, Told(entry.get("type", ""), entry.get("unit", ""), entry.get("help", "")))


def _is_strings(entry: object) -> bool:
    return isinstance(entry, dict) and all(isinstance(value, str) for value in entry.values())


def _wrong(what: str, wanted: str, diagnostics: Diagnostics, path: str) -> None:
    span = Span(path, 1, 1, 1, 1) if path else None
    fix = "take the answer of /api/v1/series and /api/v1/metadata as it is"
    diagnostics.error("capture/answer", f"{what}: the data are not {wanted}", span, fix=fix)
