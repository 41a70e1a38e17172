"""What changed, as values: a line of words each, with the texts before and after where words do not do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Sign = Literal["+", "-", "~", "!"]
SIGNS: Mapping[Sign, str] = {"+": "added", "-": "removed", "~": "changed", "!": "history"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a thing.

    `sign` is `+` for what is new, `-` for what is gone, `~` for what is different, and `!` for recorded
    history that starts anew or is misread for a time. `what` is a word for programs, such as `objective`,
    `alert`, `query`; `words` is one line of plain text. `before` and `after` are whole texts, to be
    shown `in_full` where the words do not hold them.
    """

    sign: Sign
    what: str
    words: str
    before: str = ""
    after: str = ""
    in_full: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes of one thing; one that was added or removed as a whole may have none beside that.

    `kind` is `platform`, `service`, `slo`, `pack`, `dashboard` or `file`; `name` is its address, such as
    `shop/cart/availability`.
    """

    kind: str
    name: str
    sign: Sign
    changes: tuple[Change, ...] = ()
    title: str = ""
