"""What a Prometheus tells of itself: its version, flags and configuration to the fields of `Server`."""

from __future__ import annotations

import re
from typing import Any

from generator import documents
from generator.diagnostics import Diagnostics
from generator.documents import Mapping, Node, Scalar, Source
from generator.live.volatile import VOLATILE_LABELS, is_legible, is_volatile
from generator.promql.duration import Duration

_VERSION = re.compile(r"\d{1,5}\.\d{1,5}(\.\d{1,5})?")
_FEATURE = re.compile(r"[a-z][a-z0-9-]{0,60}")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_DEFAULT_RETENTION = "15d"  # prometheus.io, "Storage": when neither a time nor a size is set
_UNSET = {"", "0", "0s", "0B"}


def version(build: Any) -> dict[str, Any]:
    """The version in an answer of `status/buildinfo`, without a distribution's suffix."""
    match = _VERSION.match(_text(build, "version"))
    return {"version": match[0]} if match else {}


def from_flags(flags: Any) -> dict[str, Any]:
    """Features and retention in an answer of `status/flags`."""
    if not isinstance(flags, dict):
        return {}
    words = re.split(r"[,\s]+", _text(flags, "enable-feature"))
    features = tuple(sorted({word for word in words if _FEATURE.fullmatch(word)}))
    time, size = _text(flags, "storage.tsdb.retention.time"), _text(flags, "storage.tsdb.retention.size")
    told = _DEFAULT_RETENTION if {time, size} <= _UNSET else time
    retention = _duration(told)
    return {"flags": features} | ({"retention": retention} if retention else {})


def from_configuration(answer: Any) -> dict[str, Any]:
    """Intervals and external labels in an answer of `status/config`; empty if it cannot be read.

    A retention in the file is meant for servers that keep it there instead of in a flag.
    """
    source = Source("prometheus.yml", _text(answer, "yaml"))
    found = documents.parse(source, Diagnostics())
    root = found[0].root if len(found) == 1 else None
    top = _below(root, "global")
    facts: dict[str, Any] = {}
    for key, field in (
        ("scrape_interval", "scrape_interval"),
        ("evaluation_interval", "evaluation_interval"),
    ):
        facts |= _optional(field, _duration(_word(_below(top, key))))
    kept = _below(_below(_below(root, "storage"), "tsdb"), "retention")
    facts |= _optional("retention", _duration(_word(_below(kept, "time"))))
    if top is None:
        return facts
    labels = _below(top, "external_labels")
    pairs = labels.entries if isinstance(labels, Mapping) else ()
    told = {key.text: _word(value) for key, value in pairs}
    return facts | {
        "external_labels": {
            name: told[name]
            for name in sorted(told)
            if _LABEL.fullmatch(name) and name not in VOLATILE_LABELS and _is_fixed(told[name])
        }
    }


def _is_fixed(value: str) -> bool:
    return is_legible(value) and not is_volatile(value)


def _optional(field: str, value: object) -> dict[str, Any]:
    return {field: value} if value else {}


def _below(node: Node | None, key: str) -> Node | None:
    if not isinstance(node, Mapping):
        return None
    return next((value for name, value in node.entries if name.text == key), None)


def _word(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _text(answer: Any, key: str) -> str:
    value = answer.get(key) if isinstance(answer, dict) else None
    return value if isinstance(value, str) else ""


def _duration(text: str) -> Duration | None:
    try:
        return Duration.parse(text)
    except ValueError:
        return None
