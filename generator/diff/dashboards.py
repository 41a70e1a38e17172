"""Dashboards as Grafana gets them: panels by their ids, which last as long as the panels."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from generator.diff.essence import essence, whole
from generator.diff.model import Change, Difference, Sign
from generator.diff.pairs import pairs, sign_of, texts, the_one
from generator.grafana.text import LITERALS, unescaped

# What is told in words of its own, or follows from other panels.
_TOLD = frozenset(
    {"id", "title", "type", "description", "targets", "gridPos", "panels", "datasource", "collapsed"}
)


def differences(
    before: Mapping[str, str], after: Mapping[str, str], addresses: Mapping[str, str]
) -> Iterator[Difference]:
    """Dashboards that are new, gone or different, by uid; given are texts by the paths of `folder/uid.json`.

    `addresses` are those of systems that have moved, old to new: what only follows them is not told.
    """
    left, right = _by_uid(before), _by_uid(after)
    for uid, old, new in pairs(left, right):
        if old and new:
            if old != new:
                yield from _both(uid, old, new, addresses)
        else:
            _, text = the_one(old, new)
            yield Difference("dashboard", uid, sign_of(old, new), title=_title(orjson.loads(text)))


def _by_uid(files: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Folder and text of each dashboard."""
    found = ((*path.rpartition("/"), text) for path, text in files.items())
    return {name.removesuffix(".json"): (folder, text) for folder, _, name, text in found}


def _both(
    uid: str, before: tuple[str, str], after: tuple[str, str], addresses: Mapping[str, str]
) -> Iterator[Difference]:
    old, new = orjson.loads(_replaced(before[1], addresses)), orjson.loads(after[1])
    changes = [*_settings(old, new), *_panels(_Panels(old), _Panels(new))]
    if before[0] != after[0]:
        changes.insert(0, _text("folder", before[0], after[0]))
    if changes:
        back = {now: was for was, now in addresses.items()}
        told = (replace(change, before=_replaced(change.before, back)) for change in changes)
        yield Difference("dashboard", uid, "~", tuple(told), _title(new))


def _replaced(text: str, addresses: Mapping[str, str]) -> str:
    """A text that knows systems by other addresses."""
    for was, now in addresses.items():
        text = text.replace(was, now)
    return text


def _title(dashboard: Mapping[str, Any]) -> str:
    return unescaped(str(dashboard.get("title", "")))


def _settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Everything about a dashboard but its panels."""
    for key in ("title", "description", "refresh"):
        was, now = (unescaped(str(each.get(key, ""))) for each in (old, new))
        if was != now:
            yield _text(key, was, now)
    was, now = (f"{each.get('time', {}).get('from', '')}" for each in (old, new))
    if was != now:
        yield _text("time", was, now)
    was, now = (", ".join(each.get("tags", [])) for each in (old, new))
    if was != now:
        yield _text("tags", was, now)
    yield from _named("variable", _listed(old, "templating", "name"), _listed(new, "templating", "name"))
    yield from _named("annotation", _listed(old, "annotations", "name"), _listed(new, "annotations", "name"))
    yield from _links("link", old.get("links", []), new.get("links", []))


def _text(key: str, was: str, now: str, called: str = "") -> Change:
    about = f"{called}: {key}" if called else key
    return Change("~", key, f"{about}: {was or 'none'} → {now or 'none'}", was, now)


def _listed(dashboard: Mapping[str, Any], key: str, name: str) -> dict[str, Any]:
    return {str(each.get(name, "")): each for each in dashboard.get(key, {}).get("list", [])}


def _named(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name), new.get(name)
        if was == now or name in LITERALS:
            continue
        before, after = _query(was), _query(now)
        if before == after:
            yield Change("~", what, f"{what} {name}: other {', '.join(_different(was or {}, now or {}, ()))}")
        else:
            yield whole(sign_of(was, now), what, f"{what} {name}", before, after)


def _query(each: Mapping[str, Any] | None) -> str:
    """The query of a variable or annotation, which is text or a record with text."""
    found = (each or {}).get("expr") or (each or {}).get("query") or ""
    return str(found.get("query", "")) if isinstance(found, dict) else str(found)


def _links(called: str, old: list[Mapping[str, Any]], new: list[Mapping[str, Any]]) -> Iterator[Change]:
    left, right = ({_title(link): str(link.get("url", "")) for link in side} for side in (old, new))
    for title, was, now in texts(left, right):
        if was != now:
            yield whole(sign_of(was, now), "link", f'{called} "{title}"', was, now)


class _Panels:
    """The panels of a dashboard in the order of reading, each with the title of its row."""

    def __init__(self, dashboard: Mapping[str, Any]) -> None:
        self.by_id: dict[int, Mapping[str, Any]] = {}
        self.row: dict[int, str] = {}
        row = ""
        for panel in dashboard.get("panels", []):
            if panel.get("type") == "row":
                row = _title(panel)
                self._add(panel, "")
            else:
                self._add(panel, row)
            for nested in panel.get("panels", []):
                self._add(nested, row)

    def _add(self, panel: Mapping[str, Any], row: str) -> None:
        self.by_id[panel["id"]] = panel
        self.row[panel["id"]] = row

    def called(self, key: int) -> str:
        """A panel by its title and row; a row by its title."""
        panel = self.by_id[key]
        if panel.get("type") == "row":
            return f'row "{_title(panel)}"'
        place = f' in "{self.row[key]}"' if self.row[key] else ""
        return f'panel "{_title(panel)}"{place}'


def _panels(old: _Panels, new: _Panels) -> Iterator[Change]:
    added = [key for key in new.by_id if key not in old.by_id]
    removed = [key for key in old.by_id if key not in new.by_id]
    for key in added:
        # A row's panels have ids of their own: in another row the same panel has another id.
        same = next((one for one in removed if _same(old.by_id[one], new.by_id[key])), None)
        if same is None:
            yield Change("+", "panel", new.called(key))
        else:
            removed.remove(same)
            yield Change("~", "moved", f'{old.called(same)}: moved to "{new.row[key]}"')
    for key in removed:
        yield Change("-", "panel", old.called(key))
    moved = _moved(old, new)
    for key in new.by_id:
        if key not in old.by_id:
            continue
        if old.row[key] != new.row[key] and not _only_renamed(key, old, new):
            yield Change("~", "moved", f'{old.called(key)}: moved to "{new.row[key]}"')
        elif key in moved:
            yield Change("~", "moved", f"{new.called(key)}: moved {_place(key, new)}")
        yield from _panel(new.called(key), old.by_id[key], new.by_id[key])


def _place(key: int, panels: _Panels) -> str:
    """Where a panel stands: behind another one, or first of all."""
    order = list(panels.by_id)
    before = order.index(key) - 1
    return f"behind {panels.called(order[before])}" if before >= 0 else "to the top"


def _same(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return not _different(old, new, ("id", "gridPos"))


def _only_renamed(key: int, old: _Panels, new: _Panels) -> bool:
    """Whether a panel's row has another title only: the heading is still the same one."""
    was, now = (
        {_title(panel): each for each, panel in side.by_id.items() if panel.get("type") == "row"}
        for side in (old, new)
    )
    return was.get(old.row[key]) is not None and was.get(old.row[key]) == now.get(new.row[key])


def _moved(old: _Panels, new: _Panels) -> set[int]:
    """Panels that stand elsewhere among those that both have; one that others push down has not moved."""
    left = [key for key in old.by_id if key in new.by_id]
    right = [key for key in new.by_id if key in old.by_id]
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    kept = {key for block in matcher.get_matching_blocks() for key in left[block.a : block.a + block.size]}
    return set(right) - kept


def _panel(called: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """What is different about one panel."""
    was, now = (str(panel.get("description", "")) for panel in (old, new))
    if was != now:
        yield whole("~", "description", f"{called}: description", was, now)
    for key in ("title", "type"):
        was, now = (unescaped(str(panel.get(key, ""))) for panel in (old, new))
        if was != now:
            yield _text(key, was, now, called)
    yield from _queries(called, old, new)
    sizes = [tuple(panel.get("gridPos", {}).get(side) for side in "wh") for panel in (old, new)]
    if sizes[0] != sizes[1]:
        was, now = ("{} x {}".format(*size) for size in sizes)
        yield _text("size", was, now, called)
    yield from _links(f"{called}: link", old.get("links", []), new.get("links", []))
    yield from _fields(called, old, new)


def _queries(called: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Queries by their letters; those that changed alike as one."""
    left, right = (
        {str(target.get("refId", "")): target for target in panel.get("targets", [])} for panel in (old, new)
    )
    alike: dict[tuple[Sign, str], list[tuple[str, str, str]]] = {}
    for ref, was, now in pairs(left, right):
        before, after = (str((target or {}).get("expr", "")) for target in (was, now))
        if before != after:
            short = essence(before, after)
            alike.setdefault((sign_of(was, now), short or ref), []).append((ref, before, after))
        if was and now and (rest := _different(was, now, {"expr"})):
            yield Change("~", "query", f"{called}: query {ref}: other {', '.join(rest)}")
    for (sign, _), found in alike.items():
        refs = ", ".join(ref for ref, _, _ in found)
        one = whole(
            sign, "query", f"{called}: {'query' if len(found) == 1 else 'queries'} {refs}", *found[0][1:]
        )
        texts = ["\n".join(each) for each in list(zip(*found, strict=True))[1:]]
        yield replace(one, before=texts[0], after=texts[1])


def _fields(called: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Unit, thresholds, links of values, and whatever else is set."""
    was, now = (panel.get("fieldConfig", {}).get("defaults", {}) for panel in (old, new))
    if was.get("unit") != now.get("unit"):
        yield _text("unit", str(was.get("unit", "")), str(now.get("unit", "")), called)
    if was.get("thresholds") != now.get("thresholds"):
        yield _text("thresholds", _steps(was), _steps(now), called)
    yield from _links(f"{called}: link of values", was.get("links", []), now.get("links", []))
    rest = [f"fieldConfig.{key}" for key in _different(was, now, {"unit", "thresholds", "links"})]
    overrides = [panel.get("fieldConfig", {}).get("overrides") for panel in (old, new)]
    rest += ["fieldConfig.overrides"] if overrides[0] != overrides[1] else []
    rest += _different(old, new, _TOLD | {"fieldConfig", "links"})
    if rest:
        yield Change("~", "settings", f"{called}: other {', '.join(rest)}")


def _different(was: Mapping[str, Any], now: Mapping[str, Any], told: Iterable[str]) -> list[str]:
    return sorted(key for key in was.keys() | now.keys() if key not in told and was.get(key) != now.get(key))


def _steps(defaults: Mapping[str, Any]) -> str:
    """Thresholds as words: `green, red from 0.99`."""
    steps = defaults.get("thresholds", {}).get("steps", [])
    shown = [
        str(step.get("color", "")) + (f" from {step['value']}" if step.get("value") is not None else "")
        for step in steps
    ]
    return ", ".join(shown) or "none"
