"""Rule files as people keep them: groups for Prometheus, and PrometheusRule objects for its operator."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from generator import documents
from generator.diagnostics import Diagnostics, Related, Severity, Span, did_you_mean
from generator.documents import Document, Mapping, Node, Scalar, Source
from generator.documents import Sequence as SequenceNode

# Keys by their readers: Prometheus (pkg rulefmt), and beside it Thanos, Mimir and the operator.
_TOP = ("groups", "namespace")
_GROUP = ("name", "interval", "query_offset", "limit", "labels", "rules")
_GROUP_ELSEWHERE = (
    "partial_response_strategy",
    "evaluation_delay",
    "source_tenants",
    "align_evaluation_time_on_interval",
)
_RULE = ("record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations")
_ALERT_ONLY = ("for", "keep_firing_for", "annotations")
_DURATION = re.compile(r"0|(([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?)")
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_LOOKS_LIKE_RULES = re.compile(r"^[ \t]*(?:- *)?(?:groups|expr)[ \t]*:", re.MULTILINE)
# What Prometheus reads as it is written, and we only in our own files refuse.
_HARMLESS = frozenset({"yaml/ambiguous-scalar", "yaml/number"})
_DOUBTFUL = frozenset({"yaml/hidden-character"})
KINDS = ("PrometheusRule",)

Fields = dict[str, Node]


@dataclass(frozen=True, slots=True, eq=False)
class WrittenRule:
    """A rule as it stands in a file; exactly one of `record` and `alert` is set, both by their nodes."""

    expr: Scalar
    record: Scalar | None
    alert: Scalar | None
    labels: tuple[tuple[Scalar, Scalar], ...]
    annotations: tuple[tuple[Scalar, Scalar], ...]

    @property
    def name(self) -> Scalar:
        """What it is called by."""
        name = self.record or self.alert
        assert name is not None  # noqa: S101  # the reader takes no rule without one
        return name

    @property
    def words(self) -> str:
        """`record x` or `alert X`, for messages."""
        return f"{'record' if self.record else 'alert'} {self.name.text}"

    @property
    def static_labels(self) -> frozenset[tuple[str, str]]:
        """The labels that the rule itself gives."""
        return frozenset((key.text, value.text) for key, value in self.labels)


def read_rule_files(
    sources: Iterable[Source], named: frozenset[str], diagnostics: Diagnostics
) -> list[WrittenRule]:
    """The rules of all files; mistakes of form are reported at their places.

    Of files that nobody `named`, those without rules are passed over.
    """
    found = []
    for source in sources:
        rules = _read_file(source, diagnostics, named=source.path in named)
        found += rules
    return found


def _read_file(source: Source, diagnostics: Diagnostics, *, named: bool) -> list[WrittenRule]:
    told = Diagnostics()
    read = documents.parse(source, told, merge_keys=True)
    groups = [
        (group, kubernetes) for document in read for group, kubernetes in _groups(document, diagnostics)
    ]
    if named or groups or _LOOKS_LIKE_RULES.search(source.text):
        for item in told.items:
            if item.code not in _HARMLESS:
                severity = Severity.WARNING if item.code in _DOUBTFUL else item.severity
                diagnostics.items.append(replace(item, severity=severity))
    if named and not groups and not told.has_errors:
        diagnostics.warning(
            "rules/none",
            f"{source.path} holds no rule groups",
            Span(source.path, 1, 1, 1, 1),
            fix="give a file with `groups:`, or PrometheusRule objects",
        )
    reader = _Reader(diagnostics)
    return [rule for group, kubernetes in groups for rule in reader.group(group, kubernetes=kubernetes)]


def _groups(document: Document, diagnostics: Diagnostics) -> Iterator[tuple[Node, bool]]:
    """The groups of a document, each with whether an object of Kubernetes holds it."""
    waiting: list[Node | None] = [document.root]
    while waiting:
        root = waiting.pop()
        if not isinstance(root, Mapping):
            continue
        kind, items = root.get("kind"), root.get("items")
        if isinstance(kind, Scalar) and kind.text.endswith("List") and isinstance(items, SequenceNode):
            waiting += reversed(items.items)
        elif isinstance(kind, Scalar) and kind.text in KINDS:
            spec = root.get("spec")
            if isinstance(spec, Mapping):
                yield from ((group, True) for group in _items(spec.get("groups"), "groups", diagnostics))
        elif kind is None and root.get("groups") is not None and root.get("apiVersion") is None:
            _check_keys(root, _TOP, "a rule file", diagnostics)
            yield from ((group, False) for group in _items(root.get("groups"), "groups", diagnostics))


def _items(node: Node | None, what: str, diagnostics: Diagnostics) -> tuple[Node, ...]:
    if isinstance(node, SequenceNode):
        return node.items
    if node is not None and not (isinstance(node, Scalar) and node.value is None):
        _wrong(node, f"{what} must be a list", "write one entry for each dash", diagnostics)
    return ()


def _wrong(node: Node, message: str, fix: str, diagnostics: Diagnostics) -> None:
    diagnostics.error("rules/value", message, node.span, cause=_REFUSED, fix=fix)


_REFUSED = "Prometheus would refuse the whole file"


def _check_keys(node: Mapping, known: Sequence[str], what: str, diagnostics: Diagnostics) -> None:
    for key, _ in node.entries:
        if key.text not in known:
            diagnostics.error(
                "rules/unknown-key",
                f'{what} has no key "{key.text}"',
                key.span,
                cause=_REFUSED,
                fix=did_you_mean(key.text, known) or f"known here: {', '.join(known)}",
            )


class _Reader:
    """Reads the groups of one file; remembers their names, which must differ."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self.groups: dict[str, Span] = {}

    def group(self, node: Node, *, kubernetes: bool) -> Iterator[WrittenRule]:
        if not isinstance(node, Mapping):
            _wrong(node, "a group must be a mapping", "write name: and rules:", self.diagnostics)
            return
        _check_keys(node, (*_GROUP, *_GROUP_ELSEWHERE), "a group", self.diagnostics)
        name = node.get("name")
        if not isinstance(name, Scalar) or not name.text:
            self.missing("a group has no name", node, "name")
        elif not kubernetes:  # the operator makes a file of each object
            self.once(name)
        for key in ("interval", "query_offset"):
            self.duration(node, key)
        for rule in _items(node.get("rules"), "rules", self.diagnostics):
            read = self.rule(rule)
            if read:
                yield read

    def once(self, name: Scalar) -> None:
        first = self.groups.setdefault(name.text, name.span)
        if first is not name.span:
            self.diagnostics.error(
                "rules/duplicate-group",
                f'two groups of this file are called "{name.text}"',
                name.span,
                cause=_REFUSED,
                fix="rename one of them",
                related=[Related(first, "the first is here")],
            )

    def missing(self, message: str, node: Mapping, key: str) -> None:
        place = node.entries[0][0].span if node.entries else node.span
        self.diagnostics.error("rules/missing-key", message, place, cause=_REFUSED, fix=f"add {key}:")

    def rule(self, node: Node) -> WrittenRule | None:
        if not isinstance(node, Mapping):
            _wrong(node, "a rule must be a mapping", "write alert: or record:, and expr:", self.diagnostics)
            return None
        _check_keys(node, _RULE, "a rule", self.diagnostics)
        record, alert = self.text(node, "record"), self.text(node, "alert")
        if record and alert:
            _wrong(record, "a rule is a record or an alert, not both", "make two rules", self.diagnostics)
            return None
        name = record or alert
        if name is None and not (node.key("record") or node.key("alert")):
            self.missing("a rule has neither record nor alert", node, "alert")
        expr = self.text(node, "expr")
        if node.key("expr") is None:
            self.missing("a rule has no expr", node, "expr")
        if record:
            self.record(node, record)
        for key in ("for", "keep_firing_for"):
            self.duration(node, key)
        labels = self.pairs(node.get("labels"), "labels")
        annotations = self.pairs(node.get("annotations"), "annotations")
        for label, _ in (*labels, *annotations):
            if not _LABEL.fullmatch(label.text) or label.text == "__name__":
                message = f'"{label.text}" cannot be a label here'
                _wrong(label, message, "use letters, digits and _", self.diagnostics)
        if expr is None or name is None:
            return None
        return WrittenRule(expr, record, alert, labels, annotations)

    def record(self, node: Mapping, record: Scalar) -> None:
        if not _METRIC.fullmatch(record.text):
            fix = "use letters, digits, _ and :"
            _wrong(record, f'"{record.text}" cannot be the name of a record', fix, self.diagnostics)
        for key in _ALERT_ONLY:
            found = node.key(key)
            if found:
                _wrong(
                    found, f"a record has no {key}", "remove it, or make the rule an alert", self.diagnostics
                )

    def text(self, node: Mapping, key: str) -> Scalar | None:
        found = node.get(key)
        if found is None:
            return None
        if isinstance(found, Scalar) and found.text.strip() and (found.style or found.value is not None):
            return found
        if isinstance(found, Scalar):
            _wrong(node.key(key) or found, f"{key} is empty", "write a value", self.diagnostics)
        else:
            _wrong(found, f"{key} must be a string", "write one value", self.diagnostics)
        return None

    def duration(self, node: Mapping, key: str) -> None:
        found = node.get(key)
        if isinstance(found, Scalar) and found.text and _DURATION.fullmatch(found.text):
            return
        if found is not None and not (isinstance(found, Scalar) and found.value is None):
            shown = found.text if isinstance(found, Scalar) else "a collection"
            fix = "write whole numbers with units from large to small, such as 5m or 1h30m"
            _wrong(found, f"{key} is not a duration: {shown}", fix, self.diagnostics)

    def pairs(self, node: Node | None, what: str) -> tuple[tuple[Scalar, Scalar], ...]:
        if node is None or (isinstance(node, Scalar) and node.value is None):
            return ()
        if not isinstance(node, Mapping):
            _wrong(node, f"{what} must be a mapping", "write name: value", self.diagnostics)
            return ()
        found = []
        for key, value in node.entries:
            if isinstance(value, Scalar):
                found.append((key, value))
            else:
                _wrong(value, f"{key.text} in {what} must be a string", "write one value", self.diagnostics)
        return tuple(found)
