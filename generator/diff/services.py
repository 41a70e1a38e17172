"""Services: what they say of themselves, their SLOs, their links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from generator.diff import packs, slos
from generator.diff.essence import whole
from generator.diff.fields import changed_fields, text_of
from generator.diff.model import Change, Difference, Sign
from generator.diff.names import Name, renamed
from generator.diff.pairs import pairs, sign_of, texts, the_one
from generator.diff.side import Side
from generator.links.service import service_links
from generator.pipeline import Compilation, CompiledService
from generator.spec.model import SLO, PackUse, Platform, Service

_TOLD = ("name", "namespace", "slos", "subject", "alert_packs", "links", "runbook")
_ANEW = "history starts anew, and so does the budget"


def differences(before: Compilation, after: Compilation) -> Iterator[Difference]:
    """Services and SLOs that are new, gone or different, by name."""
    left, right = ({each.service.key: each for each in one.services} for one in (before, after))
    names = _renamed_services(left, right)
    for key, old, new in pairs(left, right):
        if old and new:
            yield from _both(before, after, old, new)
        else:
            there = the_one(old, new)
            yield _one(there, sign_of(old, new), names.get(key))


def _name(service: Service, slo: SLO | None = None) -> str:
    return f"{service.namespace}/{service.name}" + (f"/{slo.name}" if slo else "")


def _one(there: CompiledService, sign: Sign, name: Name | None) -> Difference:
    """A service that only one of the projects has."""
    listed = [Change(sign, "slo", f"SLO {each.slo.name}: {slos.in_short(each.slo)}") for each in there.slos]
    if name:
        listed.append(_renamed("/".join(name.other), name, sign))
    return Difference("service", _name(there.service), sign, tuple(listed))


def _renamed(other: str, name: Name, sign: Sign) -> Change:
    """What a new name means: said by `renamedFrom`, or guessed from all else being equal."""
    if not name.said:
        return Change("!", "history", f"should this be {other} under another name: {_ANEW}")
    return Change("!", "history", f"{'was' if sign == '+' else 'is now'} {other}: {_ANEW}")


def _renamed_services(
    left: Mapping[tuple[str, str], CompiledService], right: Mapping[tuple[str, str], CompiledService]
) -> dict[tuple[str, str], Name]:
    """Services that are gone and new under another name, by both names."""
    gone = {key: left[key].service for key in sorted(left.keys() - right.keys())}
    added = {key: right[key].service for key in sorted(right.keys() - left.keys())}
    return renamed(
        gone,
        added,
        lambda now: now.renamed_from,
        lambda was, now: bool(was.slos) and was.slos == now.slos,
    )


def _both(
    before: Compilation, after: Compilation, old: CompiledService, new: CompiledService
) -> Iterator[Difference]:
    assert before.project  # noqa: S101  # it has a service
    assert after.project  # noqa: S101  # as above
    platforms = before.project.platform, after.project.platform
    if old == new and platforms[0] == platforms[1] and before.project.packs == after.project.packs:
        return
    same = frozenset(pack.name for pack in before.project.packs if pack in after.project.packs)
    changes = [
        *changed_fields(old.service, new.service, without=_TOLD),
        *_uses(old.service, new.service),
        *packs.filled(old, new, same),
        *_links(old.service, new.service, *platforms),
    ]
    if changes:
        yield Difference("service", _name(new.service), "~", tuple(changes))
    yield from _slos(old, new, *platforms)


def _uses(before: Service, after: Service) -> Iterator[Change]:
    """Alert packs that the service began or ceased to use, or uses with other parameters."""
    left, right = ({use.name: use for use in service.alert_packs} for service in (before, after))
    for name, old, new in pairs(left, right):
        if old and new:
            if old.parameters != new.parameters:
                texts = _parameters(old), _parameters(new)
                words = f"alert pack {name}: {texts[0] or 'no parameters'} → {texts[1] or 'no parameters'}"
                yield Change("~", "pack", words, *texts)
        else:
            yield Change(sign_of(old, new), "pack", f"alert pack {name}")


def _parameters(use: PackUse) -> str:
    return ", ".join(f"{key} {text_of(value)}" for key, value in sorted(use.parameters.items()))


def _links(before: Service, after: Service, old: Platform, new: Platform) -> Iterator[Change]:
    """Links that are new, gone, or lead elsewhere."""
    left, right = (
        {(link.system, link.kind, link.title): link.url for link in service_links(platform, service).links}
        for platform, service in ((old, before), (new, after))
    )
    for (_, _, title), was, now in texts(left, right):
        if was != now:
            yield whole(sign_of(was, now), "link", f'link "{title}"', was, now)


def _slos(old: CompiledService, new: CompiledService, *platforms: Platform) -> Iterator[Difference]:
    left, right = ({each.slo.name: each for each in service.slos} for service in (old, new))
    names = renamed(
        {name: left[name].slo for name in left.keys() - right.keys()},
        {name: right[name].slo for name in right.keys() - left.keys()},
        lambda now: now.renamed_from,
        lambda was, now: replace(was, name=now.name) == now,
    )
    for name, was, now in pairs(left, right):
        if was and now:
            sides = Side(platforms[0], old, was), Side(platforms[1], new, now)
            changes = tuple(slos.changes(*sides))
            if changes:
                yield Difference("slo", _name(new.service, now.slo), "~", changes)
            continue
        there = the_one(was, now)
        sign = sign_of(was, now)
        listed = [Change(sign, "objective", slos.in_short(there.slo))]
        if name in names:
            listed.append(_renamed(names[name].other, names[name], sign))
        yield Difference("slo", _name(new.service, there.slo), sign, tuple(listed))
