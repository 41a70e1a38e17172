"""`requires`: which versions of Sightline a project is written for."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from generator.diagnostics import Diagnostics
from generator.documents import Mapping as MappingNode
from generator.documents import Scalar
from generator.spec.lookup import mapping_at

_Release = tuple[int, int, int]
_COMPARISONS: Mapping[str, Callable[[_Release, _Release], bool]] = MappingProxyType(
    {">=": operator.ge, "<=": operator.le, "==": operator.eq, ">": operator.gt, "<": operator.lt}
)
_CLAUSE = r"(?:>=|<=|==|>|<) ?[0-9]{1,6}(?:\.[0-9]{1,6}){0,2}"
_RANGE = f"^{_CLAUSE}(?:, ?{_CLAUSE})*$"
FRAGMENT: Mapping[str, Any] = {
    "type": "string",
    "pattern": _RANGE,
    "maxLength": 200,
    "description": "Versions of Sightline that may generate this project; any other refuses it before it "
    "reads the rest.",
    "x-example": ">=0.1, <2",
    "x-default": "any",
    "x-fix": "write comparisons with commas between, such as >=0.1, <2.",
}


def check_requires(root: MappingNode, diagnostics: Diagnostics) -> bool:
    """Whether this version is in the range of a Platform document; if not, that is reported.

    A range of the wrong form is left to the check of the structure.
    """
    leaf = (mapping_at(root, "spec") or root).get("requires")
    if not isinstance(leaf, Scalar) or not isinstance(leaf.value, str):
        return True
    if not re.fullmatch(_RANGE, leaf.value) or satisfies(_this_version(), leaf.value):
        return True
    diagnostics.error(
        "platform/requires",
        f"this is Sightline {_this_version()}, and the project requires {leaf.value}",
        leaf.span,
        cause="another version may write other rules, or not know some of these fields.",
        fix="install a version in this range, or widen it.",
    )
    return False


def satisfies(version: str, wanted: str) -> bool:
    """Whether `version` fulfils every comparison of `wanted`, such as `>=0.1, <2`.

    Compared are the release numbers; what follows them (`rc1`, `.dev3`) is not.
    """
    clauses = re.findall(r"([<>=]+) ?([0-9.]+)", wanted)
    return all(_COMPARISONS[sign](_release(version), _release(bound)) for sign, bound in clauses)


def _release(text: str) -> _Release:
    found = re.match(r"[0-9]+(?:\.[0-9]+){0,2}", text)
    numbers = [int(part) for part in found.group().split(".")] if found else []
    major, minor, patch, *_ = [*numbers, 0, 0, 0]
    return major, minor, patch


@cache
def _this_version() -> str:
    from importlib.metadata import version  # only a project that requires one needs it

    return version("sightline")
