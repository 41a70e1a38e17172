"""Alert packs: their rules as they are written, and what becomes of them where only a service has changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from generator import names
from generator.diff.alerts import about, rule_changes
from generator.diff.essence import whole
from generator.diff.fields import changed_fields
from generator.diff.model import Change
from generator.diff.pairs import pairs, sign_of, the_one
from generator.pipeline import CompiledService
from generator.rules.model import Rule
from generator.spec.content import AlertPack, PackRule


def changes(before: AlertPack, after: AlertPack) -> Iterator[Change]:
    """What is different about a pack that both projects have."""
    yield from changed_fields(before, after, without=("name", "rules", "tests"))
    left, right = _numbered(before.rules), _numbered(after.rules)
    for key, old, new in pairs(left, right):
        called = _called(*key)
        if old is None or new is None:
            there = the_one(old, new)
            texts = ("", there.expr.text) if new else (there.expr.text, "")
            yield whole(sign_of(old, new), key[0], called, *texts)
            continue
        if old.expr != new.expr:
            yield whole("~", "query", f"{called}: the expression", old.expr.text, new.expr.text)
        for change in changed_fields(old, new, without=("expr", key[0])):
            yield Change(change.sign, "alert", f"{called}: {change.words}", change.before, change.after)
    if before.tests != after.tests:
        yield Change("~", "tests", f"tests: {len(before.tests)} → {len(after.tests)}, or what they say")


def filled(before: CompiledService, after: CompiledService, same: frozenset[str]) -> Iterator[Change]:
    """What becomes of the rules of packs that are the `same`, because something of the service changed."""
    left, right = (_filled(service, same) for service in (before, after))
    for key in sorted(left.keys() & right.keys()):
        old, new = left[key], right[key]
        if old == new:
            continue
        called = f"{_called(*key[1:])} of {key[0]}"
        if old.expr != new.expr:
            yield whole("~", "query", f"{called}: the expression", old.expr, new.expr)
        yield from (about(called, change) for change in rule_changes(old, new, {}))


def _numbered(rules: tuple[PackRule, ...]) -> Mapping[tuple[str, str, int], PackRule]:
    """The rules by kind and name, those of one name by their order."""
    seen: Counter[tuple[str, str]] = Counter()
    numbered = {}
    for rule in rules:
        key = ("alert", rule.alert) if rule.alert else ("record", rule.record)
        seen[key] += 1
        numbered[*key, seen[key]] = rule
    return numbered


def _filled(service: CompiledService, same: frozenset[str]) -> Mapping[tuple[str, str, str, int], Rule]:
    """The rules of these packs by pack (and workload), kind and name."""
    head = names.pack_group(service.service.namespace, service.service.name, "")
    seen: Counter[tuple[str, str, str]] = Counter()
    found = {}
    for group in service.groups:
        pack, _, workload = group.name.removeprefix(f"{head}.").partition(".")
        if not group.name.startswith(f"{head}.") or pack not in same:
            continue
        for rule in group.rules:
            called = f"pack {pack}" + (f" for {workload}" if workload else "")
            key = (called, "alert" if rule.alert else "record", rule.alert or rule.record)
            seen[key] += 1
            found[*key, seen[key]] = rule
    return found


def _called(kind: str, name: str, number: int) -> str:
    return f"{kind} {name}" if number == 1 else f"{kind} {name} (number {number})"
