"""The files that dashboards of others stand in: JSON alone or wrapped, and objects of Kubernetes in YAML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from generator import documents
from generator.diagnostics import Diagnostics, Severity, Span
from generator.documents import Locator, Mapping, Node, Scalar, Sequence, Source
from generator.documents.json_text import JsonText, Path
from generator.grafana.lint.view import Json

YAML = (".yaml", ".yml")
_NAMES_A_DASHBOARD = re.compile(r"^kind: *GrafanaDashboard\b|grafana_dashboard", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class WrittenDashboard:
    """A dashboard in a file; `root` leads to its object, in which it may be wrapped."""

    data: Json
    text: JsonText
    root: Path

    @property
    def title(self) -> str:
        """Its title, or its file where it has none."""
        title = self.data.get("title")
        return title if isinstance(title, str) and title else self.text.source.path

    def span(self, *path: str | int) -> Span:
        """The place of a string in it, or the start of the file."""
        return self.text.span((*self.root, *path))


def read_dashboards(
    sources: Iterable[Source], named: frozenset[str], diagnostics: Diagnostics
) -> list[WrittenDashboard]:
    """The dashboards of all files; of those that nobody `named`, other JSON is passed over."""
    found = []
    for source in sources:
        told = Diagnostics()
        objects, texts = _read(source, told)
        dashboards = [dashboard for text in texts if (dashboard := _unwrapped(text))]
        found += dashboards
        for dashboard in dashboards:
            _report_repeated(dashboard.text, told)
        if not dashboards and not told.has_errors:
            _report_none(source, objects, [text.data for text in texts], told, named=source.path in named)
        diagnostics.items += told.items
    return found


def _report_repeated(text: JsonText, diagnostics: Diagnostics) -> None:
    for key, span in text.repeated_keys():
        diagnostics.warning(
            "json/duplicate-key",
            f'"{key}" stands twice in one object',
            span,
            cause="Grafana takes the last one, and whoever reads the file may see the other",
            fix="remove one of them",
        )


def _report_none(
    source: Source, objects: list[Mapping], texts: list[Any], diagnostics: Diagnostics, *, named: bool
) -> None:
    """Say that a dashboard is in a form that is not read; of a file that was named, that it holds none."""
    unread = next(filter(None, (*map(_unread_object, objects), *map(_unread_text, texts))), "")
    if not named and not unread:
        return
    report = diagnostics.error if named else diagnostics.warning
    report(
        "dashboard/none",
        f"{source.path} holds {unread}, which is not read" if unread else f"{source.path} holds no dashboard",
        Span(source.path, 1, 1, 1, 1),
        fix="give the JSON model of a dashboard",
    )


def _unread_text(data: Any) -> str:
    """What a JSON text holds in place of a dashboard's classic model; empty where it is no dashboard."""
    if isinstance(data, list):
        return "a list of dashboards" if data and _is_model(data[0]) else ""
    for holder in (data, *(data.get(key) for key in ("spec", "dashboard"))) if isinstance(data, dict) else ():
        if isinstance(holder, dict) and isinstance(holder.get("elements"), dict) and "layout" in holder:
            return "a dashboard of the second schema"
    return ""


def _unread_object(root: Mapping) -> str:
    """What an object of Kubernetes holds in place of a dashboard's JSON."""
    kind, version, spec = (root.get(key) for key in ("kind", "apiVersion", "spec"))
    name = kind.text if isinstance(kind, Scalar) else ""
    of = version.text.partition("/")[0] if isinstance(version, Scalar) else ""
    if name == "Dashboard" and of == "dashboard.grafana.app":
        return "a dashboard in YAML"
    if name == "GrafanaDashboard" and isinstance(spec, Mapping) and spec.get("gzipJson") is not None:
        return "a compressed dashboard"
    return ""


def _read(source: Source, diagnostics: Diagnostics) -> tuple[list[Mapping], list[JsonText]]:
    """The objects of Kubernetes in a file of YAML, and the JSON texts in it."""
    if source.path.endswith(YAML):
        return _in_objects(source, diagnostics)
    text = JsonText.of(source, diagnostics)
    return [], [text] if text else []


def _in_objects(source: Source, diagnostics: Diagnostics) -> tuple[list[Mapping], list[JsonText]]:
    """Objects of Kubernetes, and the JSON texts in its ConfigMaps and in those of Grafana's operator."""
    told = Diagnostics()
    waiting: list[Node | None] = [
        document.root for document in documents.parse(source, told, merge_keys=True)
    ]
    locator = Locator({source.path: source})
    objects: list[Mapping] = []
    found: list[JsonText | None] = []
    while waiting:
        root = waiting.pop(0)
        kind, items = (root.get("kind"), root.get("items")) if isinstance(root, Mapping) else (None, None)
        if not isinstance(root, Mapping) or not isinstance(kind, Scalar):
            continue
        if kind.text.endswith("List") and isinstance(items, Sequence):
            waiting[:0] = items.items
        objects.append(root)
        key = {"ConfigMap": "data", "GrafanaDashboard": "spec"}.get(kind.text, "")
        holder = root.get(key)
        for name, value in holder.entries if isinstance(holder, Mapping) else ():
            if isinstance(value, Scalar) and (
                name.text.endswith(".json") or (key, name.text) == ("spec", "json")
            ):
                text = Source(source.path, value.text)
                found.append(JsonText.of(text, diagnostics, locator.within(value)))
    if any(text for text in found) or _NAMES_A_DASHBOARD.search(source.text):
        diagnostics.items += [item for item in told.items if item.severity is Severity.ERROR]
    return objects, [text for text in found if text]


def _is_model(data: Any) -> bool:
    """Whether this is the classic model of a dashboard."""
    return isinstance(data, dict) and any(isinstance(data.get(key), list) for key in ("panels", "rows"))


def _unwrapped(text: JsonText) -> WrittenDashboard | None:
    """The dashboard itself, or what Grafana's API (`dashboard`) and its Kubernetes objects (`spec`) hold."""
    root: Path
    for root in ((), ("dashboard",), ("spec",)):
        data: Any = text.data
        for key in root:
            data = data.get(key) if isinstance(data, dict) else None
        if _is_model(data):
            return WrittenDashboard(data, text, root)
    return None
