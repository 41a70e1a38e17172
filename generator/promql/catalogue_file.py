"""Catalogue files: located YAML nodes to a `Catalogue` (the format is docs/catalogue.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from types import MappingProxyType

from generator import documents
from generator.diagnostics import Diagnostics, did_you_mean
from generator.documents import Document, Node, Scalar, Sequence, Source
from generator.documents import Mapping as MappingNode
from generator.promql.catalogue import TYPES, Catalogue, Domain, Metric, Server, merge
from generator.promql.fields import FieldReader, Fields

API_VERSION = "sightline/v1"
KIND = "Catalogue"

_METRIC_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_TOP = ("apiVersion", "kind", "metadata", "server", "labelSets", "values", "metrics")
_SERVER = ("version", "scrapeInterval", "evaluationInterval", "retention", "flags", "externalLabels")
_METRIC = ("type", "unit", "help", "labels", "values", "buckets", "native")
_DOMAIN = ("values", "closed", "afterEvent")


def load_catalogue(sources: Iterable[Source], diagnostics: Diagnostics) -> Catalogue | None:
    """The catalogue of all `sources`, or None if they hold none; mistakes are reported at their places."""
    found = [
        read_catalogue(document, diagnostics)
        for source in sources
        for document in documents.parse(source, diagnostics)
        if document.root is not None
    ]
    return merge(found, diagnostics) if found else None


def read_catalogue(document: Document, diagnostics: Diagnostics) -> Catalogue:
    """The catalogue in one document; what is wrong in it is reported and left out."""
    return _Reader(diagnostics).catalogue(document)


class _Reader(FieldReader):
    """Reads one document; knows its label sets and domains while it reads the metrics."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        super().__init__(diagnostics)
        self.label_sets: dict[str, tuple[str, ...]] = {}
        self.domains: dict[str, Domain] = {}
        self.used: set[str] = set()  # label sets and labels that a metric has

    def catalogue(self, document: Document) -> Catalogue:
        fields = self.fields(document.root, _TOP, "a catalogue")
        self.check_envelope(document.root, fields)
        sets, domains = fields.get("labelSets"), fields.get("values")
        self.label_sets = self.each(sets, "labelSets", self.label_set)
        self.domains = self.each(domains, "values", self.domain)
        metrics = self.each(fields.get("metrics"), "metrics", self.metric)
        self.check_used(sets, "no metric has the label set {}", self.used & self.label_sets.keys())
        self.check_used(domains, "no metric has the label {}", self.used - self.label_sets.keys())
        server = self.server(fields["server"]) if "server" in fields else None
        return Catalogue(metrics=MappingProxyType(metrics), server=server)

    def check_envelope(self, root: Node | None, fields: Fields) -> None:
        if not isinstance(root, MappingNode):
            return
        for key, expected in (("apiVersion", API_VERSION), ("kind", KIND)):
            node = fields.get(key)
            if node is not None and not (isinstance(node, Scalar) and node.text == expected):
                self.wrong(node, f"{key} of a fixture is {expected}", f"write {key}: {expected}")
        for key in ("apiVersion", "kind", "metrics"):
            if key not in fields:
                place = root.entries[0][0].span if root.entries else root.span
                self.diagnostics.error("catalogue/missing-key", f"{key} is missing", place, fix=f"add {key}")

    def check_used(self, node: Node | None, message: str, known: Iterable[str]) -> None:
        """Warn of entries that no metric uses: a name misspelt here switches checks off silently."""
        for key, _ in node.entries if isinstance(node, MappingNode) else ():
            if key.text not in self.used:
                text = message.format(key.text)
                fix = did_you_mean(key.text, known) or "remove the entry"
                self.diagnostics.warning("catalogue/unused", text, key.span, fix=fix)

    def label_set(self, name: Scalar, node: Node) -> tuple[str, ...] | None:
        if _LABEL_NAME.fullmatch(name.text):
            self.wrong(name, f"a label set cannot be called {name.text}", "put a hyphen into the name")
            return None
        labels = self.strings(node, f"label set {name.text}")
        return tuple(label for label in labels if self.is_label(label, node))

    def domain(self, label: Scalar, node: Node) -> Domain:
        if isinstance(node, Sequence):
            return Domain(self.strings(node, f"values of {label.text}"))
        fields = self.fields(node, _DOMAIN, f"values of {label.text}")
        values = self.strings(fields.get("values"), f"values of {label.text}")
        closed, after_event = self.flag(fields, "closed"), self.flag(fields, "afterEvent")
        if closed and after_event:
            message = f"the values of {label.text} cannot be both closed and afterEvent"
            self.wrong(fields["closed"], message, "remove closed: values that appear later are missing here")
        return Domain(values, closed=closed and not after_event, after_event=after_event)

    def metric(self, name: Scalar, node: Node) -> Metric | None:
        if not _METRIC_NAME.fullmatch(name.text):
            self.wrong(name, f"not a metric name: {name.text}", "use letters, digits, _ and :")
            return None
        fields = self.fields(node, _METRIC, name.text)
        kind = self.type_of(name, fields)
        label_sets = self.labels_of(name, fields["labels"]) if "labels" in fields else (frozenset[str](),)
        labels = frozenset().union(*label_sets)
        self.used |= labels
        domains = {**self.domains, **self.own_domains(name, fields.get("values"), labels)}
        native = self.flag(fields, "native")
        return Metric(
            name=name.text,
            type=kind,
            unit=self.text(fields, "unit"),
            help=self.text(fields, "help"),
            label_sets=label_sets,
            values=MappingProxyType({label: domains[label] for label in sorted(labels & domains.keys())}),
            buckets=self.buckets(name, kind, fields, native=native),
            native=native,
            span=name.span,
        )

    def own_domains(self, name: Scalar, node: Node | None, labels: frozenset[str]) -> dict[str, Domain]:
        """The domains that hold for this metric alone."""

        def own(label: Scalar, value: Node) -> Domain:
            if label.text not in labels:
                fix = did_you_mean(label.text, labels) or "add it to labels"
                self.wrong(label, f"{name.text} has no label {label.text}", fix)
            return self.domain(label, value)

        return self.each(node, f"values of {name.text}", own)

    def type_of(self, name: Scalar, fields: Fields) -> str:
        kind = self.text(fields, "type")
        if kind in TYPES:
            return kind
        place, known = fields.get("type", name), ", ".join(TYPES)
        message = f"{name.text} has the unknown type {kind}" if kind else f"{name.text} has no type"
        self.wrong(place, message, did_you_mean(kind, TYPES) or f"write type: and one of {known}")
        return "unknown"

    def labels_of(self, name: Scalar, node: Node) -> tuple[frozenset[str], ...]:
        """A list of labels and label sets is one set; a list of such lists gives alternatives."""
        if (
            isinstance(node, Sequence)
            and node.items
            and all(isinstance(item, Sequence) for item in node.items)
        ):
            return tuple(self.one_label_set(name, item) for item in node.items)
        return (self.one_label_set(name, node),)

    def one_label_set(self, name: Scalar, node: Node) -> frozenset[str]:
        labels: set[str] = set()
        for item in self.strings(node, f"labels of {name.text}"):
            if item in self.label_sets:
                self.used.add(item)
                labels.update(self.label_sets[item])
            elif "-" in item:
                near = did_you_mean(item, self.label_sets) or "define it under labelSets"
                self.diagnostics.error(
                    "catalogue/unknown-label-set", f"no label set {item}", node.span, fix=near
                )
            elif self.is_label(item, node):
                labels.add(item)
        return frozenset(labels)

    def buckets(self, name: Scalar, kind: str, fields: Fields, *, native: bool) -> tuple[Decimal, ...]:
        node = fields.get("buckets")
        if kind not in {"histogram", "gaugehistogram"}:
            if node is not None:
                self.wrong(node, f"{name.text} is a {kind} and has no buckets", "write type: histogram")
            return ()
        if node is None and not native:
            fix = "list the upper bounds without +Inf, or write native: true"
            self.wrong(name, f"the histogram {name.text} has no buckets", fix)
        items = node.items if isinstance(node, Sequence) else ()
        numbers = [number for item in items if (number := _number(item)) is not None]
        sound = isinstance(node, Sequence) and len(numbers) == len(items) > 0
        if node is not None and not (sound and numbers == sorted(set(numbers))):
            self.wrong(
                node, f"the buckets of {name.text} are not ascending numbers", "list them without +Inf"
            )
        return tuple(sorted(set(numbers)))

    def server(self, node: Node) -> Server:
        fields = self.fields(node, _SERVER, "server")
        version = fields.get("version")
        if isinstance(version, Scalar) and not isinstance(version.value, str):
            self.wrong(version, "version is a number here", f'quote it: "{version.text}"')
        labels = self.each(fields.get("externalLabels"), "externalLabels", self.external_label)
        return Server(
            version=self.text(fields, "version"),
            scrape_interval=self.duration(fields, "scrapeInterval"),
            evaluation_interval=self.duration(fields, "evaluationInterval"),
            retention=self.duration(fields, "retention"),
            flags=self.strings(fields.get("flags"), "flags"),
            external_labels=MappingProxyType(labels),
            span=node.span,
        )

    def external_label(self, name: Scalar, node: Node) -> str | None:
        if isinstance(node, Scalar) and node.value is not None:
            return node.text
        self.wrong(node, f"the external label {name.text} is not a string", "write a string")
        return None


def _number(node: Node) -> Decimal | None:
    value = node.value if isinstance(node, Scalar) else None
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
