"""Native histograms: a series holds all buckets, and one observation raises one of them.

What is observed in different buckets is told by different pods here, so that each series has a single one.
In a selector of the world a label that no Prometheus has says which; `flow` writes its samples so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from generator.promql.build import Selector, equal
from generator.proof.notation import SCHEMA
from generator.proof.world.labels import selector

_BUCKET = "__bucket__"


def observed(metric: str, labels: Mapping[str, str], value: Decimal) -> Selector:
    """The histogram whose observations all have this value, in its unit."""
    made = selector(metric, labels)
    # A bucket's upper edge is 2^(number / 2^schema).
    number = math.ceil(math.log2(value) * 2**SCHEMA)
    return replace(made, matchers=(*made.matchers, equal(_BUCKET, str(number))))


def bucket_of(series: Selector) -> int | None:
    """The bucket of a native histogram's series; None for any other series."""
    return next((int(str(one.value)) for one in series.matchers if one.label == _BUCKET), None)


def plain(series: Selector) -> Selector:
    """The series as Prometheus knows it."""
    return replace(series, matchers=tuple(one for one in series.matchers if one.label != _BUCKET))
