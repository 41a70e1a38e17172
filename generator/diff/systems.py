"""The systems that links lead to: what follows from one that has moved, is new or is gone is not told."""

from __future__ import annotations

from generator.diff.model import Change
from generator.links.providers import PROVIDERS
from generator.spec.model import Platform


class Systems:
    """Where Grafana, Kiali and the others are, before and after."""

    def __init__(self, before: Platform, after: Platform) -> None:
        bases = [
            [provider.base_url(side).rstrip("/") for provider, _ in PROVIDERS] for side in (before, after)
        ]
        both = list(zip(*bases, strict=True))
        self.moved = {old: new for old, new in both if old and new and old != new}
        self._on_one_side = tuple(f"{old or new}/" for old, new in both if bool(old) != bool(new))

    def explain(self, change: Change) -> bool:
        """Whether a link changed only because its whole system did."""
        if change.what != "link":
            return False
        if change.before and change.after:
            return any(
                change.before.startswith(old) and new + change.before.removeprefix(old) == change.after
                for old, new in self.moved.items()
            )
        return f"{change.before or change.after}".startswith(self._on_one_side or ("\0",))
