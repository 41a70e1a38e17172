"""Rule files as they stand in an output tree, in place of those that would be generated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator import names
from generator.promql.duration import Duration
from generator.promql.error import PromQLError
from generator.promql.parse import parse
from generator.rules.model import Rule, RuleGroup


class UnreadableRulesError(Exception):
    """A rule file that is not there or cannot be read as one; the message says why."""


def replaced(tree: Path, services: Sequence[Any], packs: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """The same services and packs with the rules of the files below `tree`; raises UnreadableRulesError.

    They are the pipeline's records. A group that is in no file has no rules.
    """
    found = []
    for one in services:
        path = tree / names.rules_path(one.service.namespace, one.service.name)
        of = _by_name(path) if one.groups else {}
        slos = tuple(replace(slo, groups=_now(slo.groups, of)) for slo in one.slos)
        found.append(replace(one, slos=slos, groups=_now(one.groups, of)))
    shared = []
    for each in packs:
        of = _by_name(tree / names.cluster_rules_path(each.pack.name))
        shared.append(replace(each, group=_now((each.group,), of)[0]))
    return found, shared


def _now(groups: tuple[RuleGroup, ...], found: Mapping[str, RuleGroup]) -> tuple[RuleGroup, ...]:
    return tuple(found.get(group.name, replace(group, rules=())) for group in groups)


def _by_name(path: Path) -> dict[str, RuleGroup]:
    return {group.name: group for group in _groups(path)}


def _groups(path: Path) -> tuple[RuleGroup, ...]:
    import yaml

    try:
        text = path.read_text(encoding="utf-8")
        loaded = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # a safe loader
        return tuple(map(_group, loaded["groups"]))
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}"
    except (yaml.YAMLError, KeyError, TypeError, ValueError, UnicodeDecodeError, PromQLError) as error:
        msg = f"{path} is no rule file: {' '.join(str(error).split()) or type(error).__name__}"
    raise UnreadableRulesError(msg)


def _group(data: Any) -> RuleGroup:
    return RuleGroup(
        name=str(data["name"]),
        interval=Duration.parse(str(data["interval"])),
        rules=tuple(map(_rule, data["rules"] or ())),
        limit=int(data.get("limit", 0)),
    )


def _rule(data: Any) -> Rule:
    expr = str(data["expr"])
    parse(expr)
    times = [Duration.parse(str(data[key])) if data.get(key) else None for key in ("for", "keep_firing_for")]
    return Rule(
        expr=expr,
        record=str(data.get("record", "")),
        alert=str(data.get("alert", "")),
        for_=times[0],
        keep_firing_for=times[1],
        labels={str(key): str(value) for key, value in (data.get("labels") or {}).items()},
        annotations={str(key): str(value) for key, value in (data.get("annotations") or {}).items()},
    )
