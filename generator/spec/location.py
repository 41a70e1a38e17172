"""Where a record's fields were written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from generator.diagnostics import Span

Places = Mapping[str, Span]
"""The place of each field, as it is spelled in YAML; the empty key stands for the whole."""


def no_places() -> Any:
    """The field `at` of a record: filled by the reader, not compared."""
    return field(default_factory=dict, compare=False, repr=False)
