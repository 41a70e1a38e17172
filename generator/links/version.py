"""Versions of the linked systems, and what a builder says about one that lacks something."""

from __future__ import annotations

from functools import lru_cache


class UnsupportedError(ValueError):
    """A page or value that this version of a system does not have, or that none has."""


@lru_cache(maxsize=64)
def number(version: str) -> tuple[int, ...]:
    """Major and minor number of a version such as `2.20` or `2.20.1`."""
    return tuple(int(part) for part in version.split(".")[:2])


def at_least(version: str, since: tuple[int, int]) -> bool:
    """Whether `version` is `since` or newer."""
    return number(version) >= since
