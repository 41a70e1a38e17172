"""Settings, field by field: what is compared where nothing more is to be said than before and after."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

from generator.diff.model import Change
from generator.diff.pairs import texts
from generator.promql.build import number
from generator.promql.duration import Duration
from generator.spec.read import camel

# Places and files are not what a definition says.
_NEVER = frozenset({"at", "source", "node"})


def changed_fields(before: Any, after: Any, *, without: Collection[str] = ()) -> Iterator[Change]:
    """A change for each field of two records of one type that differs, named as in YAML (`grafana.url`)."""
    left, right = _flat(before, without), _flat(after, without)
    for name, old, new in texts(left, right):
        if old != new:
            yield change_of(name, old, new)


def change_of(name: str, old: str, new: str) -> Change:
    """A change of a setting from one text to another; an empty text is none."""
    if old and new:
        return Change("~", "field", f"{name}: {old} → {new}", old, new)
    return (
        Change("+", "field", f"{name}: {new}", old, new)
        if new
        else Change("-", "field", f"{name}: {old}", old, new)
    )


def _flat(record: Any, without: Collection[str] = ()) -> dict[str, str]:
    """The fields of a record by their names in YAML, as text; nested records and mappings with dots."""
    flat: dict[str, str] = {}
    for field in dataclasses.fields(record):
        if field.name in _NEVER or field.name in without:
            continue
        _add(flat, camel(field.name), getattr(record, field.name))
    return flat


def _add(flat: dict[str, str], name: str, value: Any) -> None:
    nested = dataclasses.is_dataclass(value) and not isinstance(getattr(value, "text", None), str)
    if isinstance(value, Duration) or not (nested or isinstance(value, Mapping)):
        flat[name] = text_of(value)
        return
    items = value.items() if isinstance(value, Mapping) else _flat(value).items()
    for key, item in items:
        _add(flat, f"{name}.{key}", item)


def text_of(value: Any) -> str:
    """A value as people write it; nothing for what is empty."""
    if not value or value is True:
        return "true" if value else "0" if isinstance(value, int | Decimal) and value is not False else ""
    if isinstance(value, Decimal | int):
        return number(Decimal(value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {text_of(item)}" for key, item in sorted(value.items()))
    if isinstance(value, tuple | list):
        return ", ".join(text_of(item) for item in value)
    text = getattr(value, "text", None)  # PromQL and prose
    if not isinstance(text, str) and dataclasses.is_dataclass(value) and not isinstance(value, Duration):
        return " ".join(f"{key} {item}" for key, item in _flat(value).items() if item)
    return text if isinstance(text, str) else str(value)
