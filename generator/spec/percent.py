"""A share as people write it: `5%`."""

from __future__ import annotations

from decimal import Decimal
from typing import NewType

Percent = NewType("Percent", Decimal)
"""A share in percent, 0 to 100."""


def parse_percent(text: str) -> Percent:
    """The number before the sign; the structure has checked the form."""
    return Percent(Decimal(text.removesuffix("%")))
