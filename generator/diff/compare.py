"""Two compiled projects, and all that is different between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from generator.diff import dashboards, files, packs, services
from generator.diff.fields import change_of, changed_fields, text_of
from generator.diff.model import Change, Difference
from generator.diff.pairs import pairs, sign_of, texts, the_one
from generator.diff.systems import Systems
from generator.pipeline import Compilation
from generator.spec.model import BurnWindow, Platform, Project

_DASHBOARDS = "grafana/dashboards/"


def compare(before: Compilation, after: Compilation) -> tuple[Difference, ...]:
    """Every difference, in a fixed order: platform, services with their SLOs, packs, dashboards, files.

    A project that was not there yet has no platform, and all of the other's is new.
    """
    told = tuple(_definitions(before, after))
    return (*told, *files.differences(before.artifacts, after.artifacts, told=bool(told)))


def _definitions(before: Compilation, after: Compilation) -> Iterator[Difference]:
    if before.project and after.project:
        systems = Systems(before.project.platform, after.project.platform)
        platform = _platform(before.project.platform, after.project.platform)
        yield from _told([*platform, *_contents(before, after, systems.moved)], systems)
    elif before.project or after.project:
        there = the_one(before.project, after.project)
        yield Difference("platform", there.platform.project, sign_of(before.project, after.project))
        yield from _contents(before, after, {})


def _told(differences: Iterable[Difference], systems: Systems) -> Iterator[Difference]:
    """The differences without what only follows from a system that has moved, is new or gone."""
    for each in differences:
        changes = tuple(change for change in each.changes if not systems.explain(change))
        if changes or not each.changes:
            yield replace(each, changes=changes)


def _contents(before: Compilation, after: Compilation, moved: Mapping[str, str]) -> Iterator[Difference]:
    yield from services.differences(before, after)
    yield from _packs(before.project, after.project)
    old, new = (files.below(side.artifacts, _DASHBOARDS) for side in (before, after))
    yield from dashboards.differences(old, new, moved)


def _platform(before: Platform, after: Platform) -> Iterator[Difference]:
    told = ("windows", "delivery", "delivery_paths", "delivery_labels")
    changes = [
        *changed_fields(before, after, without=told),
        *_delivery(before, after),
        *_windows(before, after),
    ]
    if changes:
        yield Difference("platform", after.project, "~", tuple(changes))


def _delivery(before: Platform, after: Platform) -> Iterator[Change]:
    """Formats that are written from now on, or no longer, or elsewhere; and the labels of their objects."""
    left, right = (
        {name: side.delivery_paths.get(name, "") for name in side.delivery} for side in (before, after)
    )
    for name, old, new in pairs(left, right):
        if old is None or new is None:
            where = f" in {old or new}" if old or new else ""
            yield Change(
                sign_of(old is not None, new is not None), "delivery", f"delivery format {name}{where}"
            )
        elif old != new:
            was, now = (path or "the output tree itself" for path in (old, new))
            yield Change("~", "delivery", f"delivery format {name}: {was} → {now}", old, new)
    labels = (side.delivery_labels for side in (before, after))
    for name, was, now in texts(*labels):
        if was != now:
            yield change_of(f"delivery label {name}", was, now)


def _windows(before: Platform, after: Platform) -> Iterator[Change]:
    """Sets of burn-rate windows; what they do to alerts is told of each SLO."""
    for name in sorted(before.windows.keys() | after.windows.keys()):
        old, new = (platform.windows.get(name, ()) for platform in (before, after))
        if old != new:
            sign = sign_of(old, new)
            texts = (_windows_text(old), _windows_text(new))
            yield Change(sign, "windows", f"windows {name}", *texts, in_full=True)


def _windows_text(windows: tuple[BurnWindow, ...]) -> str:
    return "\n".join(
        f"{each.tier} {each.speed}: {text_of(each.budget_percent)} % of the budget in {each.long}, "
        f"with {each.short}"
        for each in windows
    )


def _packs(before: Project | None, after: Project | None) -> Iterator[Difference]:
    left, right = (
        {pack.name: pack for pack in project.packs} if project else {} for project in (before, after)
    )
    for name, old, new in pairs(left, right):
        if old and new:
            changes = tuple(packs.changes(old, new)) if old != new else ()
            if changes:
                yield Difference("pack", name, "~", changes)
        else:
            yield Difference("pack", name, sign_of(old, new))
