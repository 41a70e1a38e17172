"""Catalogue files: located YAML nodes to a `Catalogue` (the format is docs/catalogue.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from decimal import Decimal
from types import MappingProxyType

from generator import documents
from generator.diagnostics import Diagnostics, did_you_mean
from generator.documents import Document, Node, Scalar, Sequence, Source
from generator.documents import Mapping as MappingNode
from generator.promql import catalogue_schema as schema
from generator.promql.catalogue import Catalogue, Domain, Metric, Server, merge
from generator.promql.catalogue_schema import API_VERSION, KIND, TYPES, keys
from generator.promql.fields import FieldReader, Fields

_METRIC_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_TOP = keys(schema.CATALOGUE)
_METADATA = keys(schema.METADATA)
_SERVER = keys(schema.SERVER)
_METRIC = keys(schema.METRIC)
_DOMAIN = keys(schema.DOMAIN)


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
        self.used_sets: set[str] = set()
        self.used_labels: set[str] = set()

    def catalogue(self, document: Document) -> Catalogue:
        fields = self.fields(document.root, _TOP, "a catalogue")
        self.check_envelope(document.root, fields)
        self.text(self.fields(fields.get("metadata"), _METADATA, "metadata"), "name")
        sets, domains = fields.get("labelSets"), fields.get("values")
        self.label_sets = self.each(sets, "labelSets", self.label_set)
        self.domains = self.each(domains, "values", self.domain)
        metrics = self.each(fields.get("metrics"), "metrics", self.metric)
        if isinstance(sets, MappingNode):
            self.check_used(sets, self.label_sets.keys() - self.used_sets, "label set", self.used_sets)
        if isinstance(domains, MappingNode):
            self.check_used(domains, self.domains.keys() - self.used_labels, "label", self.used_labels)
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

    def check_used(self, node: MappingNode, unused: Set[str], what: str, used: Set[str]) -> None:
        """Warn of entries that no metric uses: a name misspelt here switches checks off silently."""
        for key, _ in node.entries:
            if key.text in unused:
                fix = did_you_mean(key.text, used) or "remove the entry"
                message = f"no metric has the {what} {key.text}"
                self.diagnostics.warning("catalogue/unused", message, key.span, fix=fix)

    def label_set(self, name: Scalar, node: Node) -> tuple[str, ...] | None:
        if _LABEL_NAME.fullmatch(name.text):
            self.wrong(name, f"a label set cannot be called {name.text}", "put a hyphen into the name")
            return None
        labels = self.scalars(node, f"label set {name.text}")
        return tuple(label.text for label in labels if self.is_label(label))

    def domain(self, label: Scalar, node: Node) -> Domain:
        if isinstance(node, Sequence):
            return Domain(self.strings(node, f"values of {label.text}"))
        fields = self.fields(node, _DOMAIN, f"values of {label.text}")
        values = self.strings(fields.get("values"), f"values of {label.text}")
        closed = self.flag(fields, "closed")
        open_marks = [mark for mark in ("afterEvent", "sampled") if self.flag(fields, mark)]
        if closed and open_marks:
            message = f"the values of {label.text} cannot be both closed and {open_marks[0]}"
            self.wrong(fields["closed"], message, "remove closed: other values are missing here")
        return Domain(
            values,
            closed=closed and not open_marks,
            after_event=bool(open_marks),
            sampled="sampled" in open_marks,
        )

    def metric(self, name: Scalar, node: Node) -> Metric | None:
        if not _METRIC_NAME.fullmatch(name.text):
            self.wrong(name, f"not a metric name: {name.text}", "use letters, digits, _ and :")
            return None
        fields = self.fields(node, _METRIC, name.text)
        kind = self.type_of(name, fields)
        label_sets = self.labels_of(name, fields["labels"]) if "labels" in fields else (frozenset[str](),)
        labels = frozenset().union(*label_sets)
        self.used_labels |= labels
        domains = {**self.domains, **self.own_domains(name, fields.get("values"), labels)}
        native = self.flag(fields, "native")
        return Metric(
            name=name.text,
            type=kind,
            inferred=self.flag(fields, "inferred"),
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
        node = fields.get("type")
        kind = node.text if isinstance(node, Scalar) else ""
        if kind in TYPES:
            return kind
        message = f"{name.text} has the unknown type {kind}" if kind else f"{name.text} has no type"
        self.wrong(node or name, message, did_you_mean(kind, TYPES) or f"use one of {', '.join(TYPES)}")
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
        for item in self.scalars(node, f"labels of {name.text}"):
            if item.text in self.label_sets:
                self.used_sets.add(item.text)
                labels.update(self.label_sets[item.text])
            elif "-" in item.text:
                fix = did_you_mean(item.text, self.label_sets) or "define it under labelSets"
                message = f"there is no label set {item.text}"
                self.diagnostics.error("catalogue/unknown-label-set", message, item.span, fix=fix)
            elif self.is_label(item):
                labels.add(item.text)
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
